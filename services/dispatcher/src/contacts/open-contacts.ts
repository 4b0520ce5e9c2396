import type { ConfigSource } from '@imchannel/config'
import { decodeEvent, encodeEvent } from '@imchannel/events'
import { contactOwnerOf, contactPutOf, contactRecordedOf, createContactCopy } from '@imchannel/fact-store'
import type { ContactOwner, ContactPut } from '@imchannel/fact-store'
import { createForgettingReading, type Forgettings } from '@imchannel/facts'
import { createProducer, readTopics } from '@imchannel/kafka'
import type { IncomingRecord } from '@imchannel/kafka'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createCopyFollower } from '../adapters/copy-follower.ts'
import { wait } from '../adapters/wait.ts'
import type { DispatcherSettings } from '../config.ts'
import type { Connections } from '../connections.ts'
import type { Forgetting } from '../forgetting/open-forgetting.ts'
import { whyOff } from './why-off.ts'

/** Which names are one person's: Redis's copy of what ingress keeps in Kafka. On where topic and rights are there. */
export interface Contacts {
  start(): void
  stop(): Promise<void>
}

export interface ContactsOptions {
  config: ConfigSource
  settings: Pick<DispatcherSettings, 'topics' | 'groups' | 'partitions'>
  forgetting: Forgetting
  log: Logger
}

type Change =
  { readonly kind: 'put'; readonly put: ContactPut } | { readonly kind: 'forget'; readonly owner: ContactOwner }

/** A right that is granted, or a topic that is made, is found by then. */
const LOOK_MS = 30_000

/**
 * A record that was written while Redis had lost what it knew says less than an earlier one of the same name, and compaction would keep
 * it alone: what both say together is written behind it.
 */
export function openContacts(
  { client, redis }: Pick<Connections, 'client' | 'redis'>,
  { config, settings, forgetting, log }: ContactsOptions,
): Contacts {
  const { topics, partitions } = settings
  const { prefix } = config.current().topics
  const groupId = settings.groups.contacts
  const stopping = new AbortController()
  const producer = createProducer(client)
  const copy = createContactCopy(redis, { prefix })
  const audit = createForgettingReading(topics.audit, forgetting.known)

  async function put(changes: readonly Change[]): Promise<void> {
    const { puts, forgotten } = sortOut(changes)
    await copy.forget(forgotten)
    const now = Date.now()
    const joined = await copy.put(puts, config.current().limits.aliasMemoryMs)
    // Of one name the last of them counts: what came before it is in Redis by then.
    const last = new Map(puts.map((change, index) => [keyOf(change), { change, record: joined[index] }]))
    const short = [...last.values()].flatMap(({ change, record }) => {
      const whole = record && { ...change, record }
      return whole !== undefined && saysMore(whole, change) ? [whole] : []
    })
    if (short.length === 0) return
    const results = await producer.publish(short.map((one) => encodeEvent(contactRecordedOf(one, now), topics)))
    for (const result of results) if (result.kind !== 'stored') throw new Error(`it is not stored: ${result.detail}`)
  }

  const follower = createCopyFollower({
    name: 'contacts',
    client,
    redis,
    copy,
    changeOf: (read) => changeIn(read, forgetting.known),
    take: put,
    topic: topics.contacts,
    groupId,
    prefix,
    log,
  })

  async function obstacle(): Promise<string | undefined> {
    const why = await whyOff(client, { topic: topics.contacts, groupId, partitions })
    if (why !== undefined || forgetting.topic() === undefined) return why
    const missing = await forgetting.prepare()
    if (missing !== undefined) return missing
    // Whoever reads on for consent tells of those who are forgotten from now on.
    await readTopics(client, [topics.audit], async (reader) => audit.readOn(reader, await reader.bounds()))
    return undefined
  }

  async function begin(): Promise<void> {
    let said: string | undefined
    for (;;) {
      const why = await obstacle().catch(
        (error: unknown) => `Kafka cannot be asked yet: ${error instanceof Error ? error.message : String(error)}`,
      )
      stopping.signal.throwIfAborted()
      if (why === undefined) break
      // Named once, and again only where something else is missing.
      if (why !== said)
        log.warn({ fn: 'contacts' }, line`who is who does not come back once Redis has lost it: ${raw(why)}`)
      said = why
      await wait(LOOK_MS, stopping.signal)
    }
    if (said !== undefined) log.info({ fn: 'contacts' }, 'who is who comes back once Redis has lost it')
    follower.start()
  }

  return {
    // It ends with the signal alone.
    start: () => void begin().catch(() => undefined),
    stop: async () => {
      stopping.abort(new Error('the service stops'))
      await follower.stop()
      await producer.close()
    },
  }
}

function keyOf({ tenant, scope, record }: ContactPut): string {
  return `${tenant}:${scope}:${record.name}`
}

function saysMore(whole: ContactPut, said: ContactPut): boolean {
  const [one, other] = [whole, said].map((each) => JSON.stringify(sorted(contactRecordedOf(each, 0).data)))
  return one !== other
}

function sorted<T extends { readonly links: readonly { readonly name: string }[] }>(data: T): T {
  return { ...data, links: data.links.toSorted((one, other) => (one.name < other.name ? -1 : 1)) }
}

/** What was written of somebody before they were forgotten is as if it had never been. */
function changeIn(read: IncomingRecord, forgotten: Forgettings): Change | undefined {
  if (read.value === null) {
    const owner = contactOwnerOf(read.key?.toString() ?? '')
    return owner && { kind: 'forget', owner }
  }
  const decoded = decodeEvent(read)
  if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.contact.recorded.v1') return undefined
  const put = contactPutOf(decoded.event.data)
  const names = [put.record.name, ...put.record.links.keys()]
  return forgotten.isForgotten({ tenant: put.tenant, names }, read.timestamp) ? undefined : { kind: 'put', put }
}

/** What was said of a name before it was taken away is as if it had never been. */
function sortOut(changes: readonly Change[]): { puts: ContactPut[]; forgotten: ContactOwner[] } {
  const puts = new Map<string, ContactPut[]>()
  const forgotten = new Map<string, ContactOwner>()
  for (const change of changes) {
    if (change.kind === 'put') {
      const key = keyOf(change.put)
      puts.set(key, [...(puts.get(key) ?? []), change.put])
      continue
    }
    const { tenant, scope, name } = change.owner
    const key = `${tenant}:${scope}:${name}`
    puts.delete(key)
    forgotten.set(key, change.owner)
  }
  return { puts: [...puts.values()].flat(), forgotten: [...forgotten.values()] }
}
