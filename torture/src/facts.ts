/** All times are milliseconds of one clock, and but for `madeAt` as the process saw them which is never killed. */
export type Fact =
  | {
      /** A command that Kafka has acknowledged; `index` is its place in its conversation, which several share whose order nobody knows. */
      kind: 'command'
      at: number
      id: string
      /** What it calls itself in its text, where that is not its id. */
      mark?: string
      conversation: string
      index: number
      /** Reading it kills the process: it is to be set aside unread. */
      isDeadly?: true
      /** Which template it is. */
      template?: string
    }
  | {
      /** A customer wrote: until 24 h after `receivedAt` the window is open. `at` is when the webhook was answered 200. */
      kind: 'opening'
      at: number
      conversation: string
      receivedAt: number
    }
  | {
      /** One source said something of a customer's consent. It may have been heard of from `since` on, and was by `at`. */
      kind: 'consent'
      at: number
      conversation: string
      source: ConsentSource
      state: 'optedOut' | 'optedIn'
      /** By the customer's phone. */
      since: number
    }
  | {
      /** One result of a webhook that was answered 200. */
      kind: 'webhook'
      at: number
      of: 'message' | 'delivery' | 'seen'
      messageId: string
    }
  | {
      /** A send, as it went over the wire; without an answer where none came whole. */
      kind: 'request'
      seq: number
      at: number
      /** By its dispatcher: what is at the door later, waited for the machine. */
      madeAt: number
      account: string
      commandId: string
      messageId: string
      /** The process that made it. */
      by?: string | undefined
      answer?: { at: number; status: number; readable: boolean; retryAfterMs?: number }
      /** When its process went away, or took it back, before it was answered. */
      leftAt?: number
    }
  | {
      /** A question to the logs that was answered. */
      kind: 'question'
      at: number
      answeredAt: number
      messageIds: string[]
      by?: string | undefined
    }
  | { kind: 'kill'; at: number; victim: string; met: boolean }
  | {
      /** A process ended by itself, or because it was told to by SIGTERM. */
      kind: 'exit'
      at: number
      victim: string
      isTold: boolean
      code: number | null
      /** Whether its group still counts on it; absent where that could not be asked. */
      isMember?: boolean
    }
  /** A tenant may send so many marketing messages. */
  | { kind: 'budget'; at: number; tenant: string; messages: number }
  /** Redis takes no writes from now on. */
  | { kind: 'refusal'; at: number }
  /** Something of an account was changed, or of Redis, which all accounts share; it is heard of within seconds. */
  | { kind: 'change'; at: number; of: string }

/** Infobip's blocklist stops everything, the other two marketing. */
export type ConsentSource = 'whatsapp' | 'blocklist' | 'keyword'

export type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>

/** An event as it stands in Kafka, in the order of its partition. */
export interface SeenEvent {
  topic: string
  partition: number
  offset: number
  type: string
  id: string
  commandId?: string | undefined
  messageId?: string | undefined
  errorCode?: string | undefined
  /** When it was written. */
  at?: number | undefined
}

/** What an outcome says of its command; undefined of any other event. */
export function readOutcome(type: string): string | undefined {
  return /^imchannel\.message\.(accepted|rejected|expired)\.v1$/.exec(type)?.[1]
}

/** Whether a command has ended with such an event. */
export function isOutcome(type: string): boolean {
  return /\.(accepted|rejected|expired)\.v1$/.test(type)
}

/** What the system left behind. */
export interface Remains {
  events: SeenEvent[]
  /** Command ids in the dead-letter topic. */
  deadLetters: string[]
  /** `seq` of the requests whose message Infobip took. */
  taken: ReadonlySet<number>
}

/** Customers number their messages: `in.<conversation>.<index>`. */
export function inboundMessageId(conversation: string, index: number): string {
  return `in.${conversation}.${index}`
}

export function readInboundMessageId(messageId: string): { conversation: string; index: number } | undefined {
  const parts = /^in\.(.+)\.(\d+)$/.exec(messageId)
  return parts?.[1] === undefined ? undefined : { conversation: parts[1], index: Number(parts[2]) }
}

/** When something was done to Kafka or Redis by which both can be away, or know less than before. */
export function blowsToStores(facts: readonly Fact[]): number[] {
  return facts.flatMap((fact) =>
    (fact.kind === 'kill' && ['redis', 'kafka'].includes(fact.victim)) ||
    (fact.kind === 'change' && fact.of === 'redis') ||
    fact.kind === 'refusal'
      ? [fact.at]
      : [],
  )
}
