import { setTimeout as sleep } from 'node:timers/promises'
import { conversationKey, positionId } from '@imchannel/events'
import { createProducer, ensureTopics, readRange } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { withAdmin } from '../../packages/kafka/src/kafkajs/admin.ts'
import { markOf, readMark } from './book.ts'
import type { Book } from './book.ts'
import { isOutcome } from './facts.ts'
import { readEvents } from './remains.ts'
import { PREFIX, RENEWED_TOPIC } from './system.ts'
import { sendersOf } from './tenants.ts'

export interface RenewalOptions {
  client: KafkaClient
  book: Book
  /** Undefined while there is none. */
  readTopicId: (topic: string) => Promise<string | undefined>
}

const TENANT = 'delta'
const COMMANDS = 10
const AGAIN_MS = 500
/** Kafka is away for seconds. */
const PATIENCE_MS = 60_000
/** What asks about a lost answer takes 20 s; where an account is out of service for longer, its topic stays. */
const OUTCOMES_MS = 120_000
/** Of a topic's id, in the id of a command that brings none. */
const TOPIC_DIGITS = 8

/**
 * Fills a command topic, waits for the outcomes, has the topic deleted and made anew under its name, and fills it again: with
 * other commands, at places that were finished before. Every second command has no id, and is called by its place.
 */
export function createRenewal({ client, book, readTopicId }: RenewalOptions): () => Promise<string> {
  const { name: topic } = RENEWED_TOPIC
  let rounds = 0
  let first: string | undefined
  /** Those that were written to the topic that is there now. */
  let current: string[] = []

  async function write(round: number, from: number): Promise<void> {
    const [business = ''] = sendersOf(TENANT)
    const commands = Array.from({ length: COMMANDS }, (_, place) => {
      const index = from + place
      const mark = `c.anew.${round}.${index}`
      // A conversation each: where the answer of one is lost, the others do not wait for what is found out about it.
      const customer = String(39_400_000_000 + round * COMMANDS + place)
      const key = conversationKey({ tenant: TENANT, business, customer })
      const content = { type: 'text', text: `hello ${markOf(mark)}` }
      const command = { tenant: TENANT, from: business, to: customer, content }
      const isNamed = index % 2 === 0
      return { mark, index, isNamed, key, value: JSON.stringify(isNamed ? { id: mark, ...command } : command) }
    })
    // A command without an id that is written twice is two. What Kafka did not confirm may be there.
    let places = await retry(readPlaces)
    while (commands.some(({ mark }) => !places.has(mark))) {
      const producer = createProducer(client)
      const missing = commands.filter(({ mark }) => !places.has(mark))
      await producer.publish(missing.map(({ key, value }) => ({ topic, key, value })))
      await producer.close()
      places = await retry(readPlaces)
    }
    const id = await readTopicId(topic)
    first ??= id
    const anew = id === first ? {} : { topicAnew: id?.slice(0, TOPIC_DIGITS) }
    for (const { mark, index, isNamed, key } of commands) {
      const place = places.get(mark)
      if (place === undefined) continue
      const called = isNamed ? mark : positionId({ topic, ...place, ...anew })
      current.push(called)
      book.note({ kind: 'command', at: Date.now(), id: called, mark, conversation: key, index })
    }
  }

  /** Where each command stands in the topic, by its mark. */
  async function readPlaces(): Promise<Map<string, { partition: number; offset: string }>> {
    const places = new Map<string, { partition: number; offset: string }>()
    for await (const { partition, offset, value } of readRange(client, { topic })) {
      const mark = readMark(value?.toString() ?? '')
      if (mark !== undefined && !places.has(mark)) places.set(mark, { partition, offset })
    }
    return places
  }

  async function untilEnded(): Promise<boolean> {
    const status = readEvents(client, `${PREFIX}.status`)
    const deadline = Date.now() + OUTCOMES_MS
    while (Date.now() < deadline) {
      await status.readMore().catch(() => undefined)
      const ended = new Set(status.events.flatMap(({ type, commandId }) => (isOutcome(type) ? commandId : [])))
      if (current.every((id) => ended.has(id))) return true
      await sleep(AGAIN_MS)
    }
    return false
  }

  /** Kafka may be dead, or busy with the deletion: only another id says that it is another topic. */
  async function makeAnew(): Promise<void> {
    const former = await readTopicId(topic)
    for (;;) {
      const id = await readTopicId(topic)
      if (id !== undefined && id !== former) return
      const step = id === undefined ? ensureTopics(client, [RENEWED_TOPIC]) : deleteTopic()
      await step.catch(() => undefined)
      await sleep(AGAIN_MS)
    }
  }

  const deleteTopic = (): Promise<unknown> => withAdmin(client, (admin) => admin.deleteTopics({ topics: [topic] }))

  return async () => {
    const round = ++rounds
    await write(round, 0)
    if (!(await untilEnded())) return 'a command topic was not made anew: its commands have no outcome'
    await makeAnew()
    current = []
    await write(round, COMMANDS)
    return 'a command topic was deleted and made anew'
  }
}

/** @throws what the work throws for longer than anything is away */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(AGAIN_MS)
    }
  }
}
