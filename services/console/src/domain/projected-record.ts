import type { Records } from '../adapters/store/tables.ts'

/** What a record of Kafka is, for the store: told by its topic and, of events, by their type. */
export type RecordKind =
  | 'received'
  | 'echoed'
  | 'call'
  | 'typing'
  | 'accepted'
  | 'rejected'
  | 'expired'
  | 'delivery'
  | 'seen'
  | 'clicked'
  | 'media'
  | 'account'
  | 'unrecognised'
  | 'command'
  | 'parked'
  | 'deadletter'
  | 'attempt'
  | 'cost'
  | 'audit'
  | 'other'

/** A record as the store takes it. */
export interface ProjectedRecord extends Omit<Records, 'id' | 'conversation' | 'message' | 'kind'> {
  readonly kind: RecordKind
  /** Of the conversation; `-` is a part that is not known. */
  readonly conversation?: { readonly business: string; readonly customer: string } | undefined
  /** The message that it is about. */
  readonly message?:
    | { readonly messageId: string; readonly commandId?: string | undefined; readonly template?: string | undefined }
    | undefined
  /** Ids of other messages that it is about. */
  readonly alsoAbout: readonly string[]
  /** Names of the customer, by which the conversation is found. */
  readonly names: readonly string[]
}
