import type { Generated, Kysely } from 'kysely'

/** A conversation, by the three parts of its key. */
interface Conversations {
  id: Generated<number>
  tenant: string
  /** `-` where it is not known. */
  business: string
  customer: string
  first_at: number
  last_at: number
}

/** A message, inbound or sent, or a command of another kind: what its records have in common. */
interface Messages {
  id: Generated<number>
  tenant: string
  message_id: string
  command_id: string | null
  conversation: number | null
  sender: string | null
  template: string | null
}

/** Under which names a customer is found. */
interface Names {
  tenant: string
  name: string
  conversation: number
}

/** A record of Kafka, taken once. */
export interface Records {
  id: Generated<number>
  topic: string
  partition: number
  offset: number
  /** Same thing, same text: an event that was published twice is one. */
  identity: string
  kind: string
  type: string
  ce_id: string | null
  tenant: string
  conversation: number | null
  message: number | null
  /** Ms since 1970: the provider’s time where there is one … */
  at: number
  /** … and Kafka’s. */
  written_at: number
  trace_id: string | null
  /** Set where it tells of a problem: rejected, expired, failed, unrecognised. */
  problem: string | null
  code: string | null
  reason: string | null
  sender: string | null
  key: string | null
  /** A list of names and texts, as JSON. */
  headers: string
  value: Uint8Array | null
}

/** Messages that a record is about beside its own. */
interface RecordMessages {
  record: number
  message: number
}

/** How many of a kind there were in a minute. */
interface Minutes {
  tenant: string
  kind: string
  minute: number
  count: number
}

/** How far each partition has been taken; written with the records themselves. */
interface Positions {
  topic: string
  partition: number
  next_offset: number
}

/** The first topic that was met under a name. */
interface FirstTopics {
  topic: string
  topic_id: string
}

/** Dead letters that somebody had replayed, by their place. */
interface Replays {
  place: string
  state: string
  at: number
  by_user: string
  reason: string | null
}

/** Sessions that were ended before their time. */
interface EndedSessions {
  id: string
  expires_at: number
}

/** What the store knows of itself. */
interface Meta {
  name: string
  value: string
}

export interface Tables {
  conversations: Conversations
  messages: Messages
  names: Names
  records: Records
  record_messages: RecordMessages
  minutes: Minutes
  positions: Positions
  first_topics: FirstTopics
  replays: Replays
  ended_sessions: EndedSessions
  meta: Meta
}

/** A database as its adapter opens it: reading never waits for writing where the two have connections of their own. */
export interface Database {
  readonly kind: 'sqlite' | 'postgres'
  readonly read: Kysely<Tables>
  readonly write: Kysely<Tables>
  /** Bytes on disk. */
  size(): Promise<number>
  close(): Promise<void>
}
