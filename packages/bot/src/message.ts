import type { Content, ContentType, ImEventOf, MessageReceived } from '@imchannel/events'

export type ReceivedEvent = ImEventOf<'imchannel.message.received.v1'>

/** What a customer said, of one kind of content. */
export type ContentOf<K extends ContentType> = Extract<Content, { type: K }>

/** A customer's message, with everything of the event's data. `message.content` is typed by its kind. */
export type Message<K extends ContentType = ContentType> = Omit<MessageReceived, 'content'> & {
  readonly content: ContentOf<K>
  /** `ce_id` of the event. */
  readonly id: string
  /** The Kafka key: tenant, business number, customer. */
  readonly conversation: string
  /** Messages of the same turn that came before this one and had no turn of their own, oldest first. Empty with `each`. */
  readonly earlier: readonly Message[]
  /** 1 at first; 2 and more when the handler threw. It starts anew in another process. */
  readonly attempt: number
  /** Fires when the turn is over for this handler: nothing can be sent any more. */
  readonly signal: AbortSignal
}

export interface TurnFacts {
  readonly earlier: readonly ReceivedEvent[]
  readonly attempt: number
  readonly signal: AbortSignal
}

export function toMessage(event: ReceivedEvent, { earlier, attempt, signal }: TurnFacts): Message {
  const before = earlier.map((one) => toMessage(one, { earlier: [], attempt, signal }))
  return { ...event.data, id: event.id, conversation: event.key, earlier: before, attempt, signal }
}

/** Whether the message is of this kind, as a type guard. */
export function isKind<K extends ContentType>(message: Message, kind: K): message is Message<K> {
  return message.content.type === kind
}
