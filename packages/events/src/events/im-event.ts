import type { Instant } from '../instant.ts'
import type { EventData, EventType } from './registry.ts'

/** One event, before it is encoded for Kafka and after it is decoded. */
export interface ImEventOf<T extends EventType> {
  readonly type: T
  /** `ce_id`: derived, so that the same thing twice has the same id. */
  readonly id: string
  readonly tenant: string
  /** The Kafka key: the conversation. */
  readonly key: string
  /** `ce_time`: the provider's time where it has one. */
  readonly time: Instant
  /** `ce_subject`: the message id or command id, where there is one. */
  readonly subject?: string | undefined
  readonly data: EventData<T>
  /**
   * JSON texts that are written into `data` under these names byte for byte (Infobip's result with its digits). They must be valid
   * JSON; the names must not be in `data` as well.
   */
  readonly verbatim?: Readonly<Record<string, string>> | undefined
}

/** Any event; `type` tells which. */
export type ImEvent = { [T in EventType]: ImEventOf<T> }[EventType]
