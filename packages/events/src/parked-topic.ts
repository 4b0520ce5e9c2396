import { hash } from 'node:crypto'

const PARKED = /^(.+)\.parked\.([a-z0-9][a-z0-9-]{0,62})$/

/** Kafka's longest name. */
const MAX_NAME = 249
const HASH = 12
/** A command topic with a longer name cannot be the beginning of its parked topics' names. */
const MAX_TOPIC = MAX_NAME - '.parked.'.length - HASH

/**
 * `<command topic>.parked.<tenant>`; where that is too long for Kafka, a hash stands for the tenant, and for the end of a topic whose
 * name is longer than 229.
 */
export function parkedTopic(topic: string, tenant: string): string {
  const name = `${topic}.parked.${tenant}`
  return name.length <= MAX_NAME ? name : `${parkedBase(topic)}.parked.${digest(`${topic} ${tenant}`)}`
}

/** What the names of a command topic's parked topics begin with, before `.parked.`, where they are not as short as can be. */
function parkedBase(topic: string): string {
  return topic.length <= MAX_TOPIC ? topic : `${topic.slice(0, MAX_TOPIC - HASH - 1)}-${digest(topic)}`
}

function digest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, HASH)
}

/** Whether a topic, named as a parked one, is the command topic's. */
export function isParkedOf(name: string, topic: string): boolean {
  const base = readParkedTopic(name)?.topic
  return base === topic || base === parkedBase(topic)
}

/** The command topic and the tenant of a parked topic, as far as its name says; undefined for any other. */
export function readParkedTopic(name: string): { topic: string; tenant: string } | undefined {
  const [, topic, tenant] = PARKED.exec(name) ?? []
  return topic === undefined || tenant === undefined ? undefined : { topic, tenant }
}
