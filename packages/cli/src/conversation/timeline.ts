import {
  type CommandContent,
  computeState,
  type ImEvent,
  isOutcome,
  type MessageAttempted,
  type MessageState,
  messageIdOf,
  type OutcomeEvent,
  type SendMessage,
  type StatusCode,
  stateOf,
} from '@imchannel/events'

/** What a customer said. */
export interface Said {
  readonly direction: 'in'
  /** RFC 3339. */
  readonly at: string
  readonly messageId: string
  readonly from: string
  readonly to?: string | undefined
  readonly name?: string | undefined
  readonly content: object
}

/** One thing that became of a message sent, so many ms after it was written (or first heard of). */
export interface Step {
  readonly state: MessageState | 'rejected' | 'expired' | 'clicked'
  readonly at: string
  readonly afterMs: number
  readonly detail?: string | undefined
}

/** What was sent, and what became of it. */
export interface Sent {
  readonly direction: 'out'
  readonly at: string
  readonly commandId?: string | undefined
  readonly messageId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Absent where the command is no longer in Kafka. */
  readonly content?: CommandContent | undefined
  readonly state: string
  readonly steps: readonly Step[]
  /** The requests to Infobip, as far as they were written down. */
  readonly attempts?: readonly Attempt[]
}

/** One request to Infobip. */
export interface Attempt extends MessageAttempted {
  readonly at: string
}

export interface WrittenCommand {
  readonly command: SendMessage
  /** Ms since 1970. */
  readonly timestamp: number
}

interface Observed extends Omit<Step, 'afterMs' | 'state'> {
  readonly step: Step['state']
  readonly state: MessageState
  readonly status?: StatusCode | undefined
}

/** A conversation in the order of time, each message sent with everything that was reported of it. */
export function timelineOf(events: readonly ImEvent[], commands: readonly WrittenCommand[]): (Said | Sent)[] {
  const seen = new Set<string>()
  const said: Said[] = []
  const reports = new Map<string, OutcomeEvent[]>()
  const attempts = new Map<string, Attempt[]>()
  for (const event of events) {
    if (seen.has(event.id)) continue
    seen.add(event.id)
    if (event.type === 'imchannel.message.received.v1') said.push(toSaid(event))
    else if (event.type === 'imchannel.message.attempted.v1') {
      const { messageId } = event.data
      if (messageId === undefined) continue
      attempts.set(messageId, [...(attempts.get(messageId) ?? []), { at: event.time, ...event.data }])
    } else if (isOutcome(event)) {
      const id = messageIdIn(event)
      if (id !== undefined) reports.set(id, [...(reports.get(id) ?? []), event])
    }
  }
  const written = new Map<string, WrittenCommand>()
  for (const one of commands) {
    const id = messageIdOf(one.command.tenant, one.command.id)
    // Of repeats the first counts, as it does for the dispatcher.
    const known = written.get(id)
    if (known === undefined || one.timestamp < known.timestamp) written.set(id, one)
  }
  const ids = new Set([...written.keys(), ...reports.keys()])
  const sent = [...ids].map((id) => ({
    ...toSent(id, written.get(id), reports.get(id) ?? []),
    ...attemptsOf(attempts.get(id)),
  }))
  return [...said, ...sent].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function attemptsOf(attempts: readonly Attempt[] | undefined): Pick<Sent, 'attempts'> {
  if (attempts === undefined) return {}
  return { attempts: attempts.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)) }
}

function toSaid({ time, data }: Extract<ImEvent, { type: 'imchannel.message.received.v1' }>): Said {
  const { messageId, from, to, contact, content } = data
  return { direction: 'in', at: time, messageId, from, to, name: contact?.name, content }
}

/** Outcomes name the command, reports the message: both are one thing. */
function messageIdIn(event: OutcomeEvent): string | undefined {
  switch (event.type) {
    case 'imchannel.message.accepted.v1':
    case 'imchannel.message.rejected.v1':
    case 'imchannel.message.expired.v1':
      if (event.data.kind !== undefined || event.data.dryRun === true) return undefined
      return messageIdOf(event.tenant, event.data.commandId)
    case 'imchannel.message.delivery.v1':
    case 'imchannel.message.seen.v1':
    case 'imchannel.message.clicked.v1':
      return event.data.messageId
  }
}

function toSent(messageId: string, written: WrittenCommand | undefined, events: readonly OutcomeEvent[]): Sent {
  const observed = events.map(observe).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const at =
    written === undefined ? (observed[0]?.at ?? new Date(0).toISOString()) : new Date(written.timestamp).toISOString()
  const data = events.map((event): Readonly<Record<string, unknown>> => ({ ...event.data }))
  const first = (name: string): string | undefined =>
    data.map((one) => one[name]).find((value) => typeof value === 'string')
  const best = computeState(observed)
  return {
    direction: 'out',
    at,
    commandId: written?.command.id ?? first('commandId'),
    messageId,
    from: written?.command.from ?? first('from'),
    to: written?.command.to ?? first('to'),
    content: written?.command.content,
    state: best === undefined ? 'waiting' : best.step,
    steps: observed.map(({ step, at: then, detail }) => ({
      state: step,
      at: then,
      afterMs: Math.max(0, Date.parse(then) - Date.parse(at)),
      ...(detail === undefined ? {} : { detail }),
    })),
  }
}

function observe(event: OutcomeEvent): Observed {
  const { time: at } = event
  switch (event.type) {
    case 'imchannel.message.accepted.v1':
      return { step: 'accepted', state: 'accepted', at }
    case 'imchannel.message.rejected.v1':
      return { step: 'rejected', state: 'failed', at, detail: event.data.error?.code }
    case 'imchannel.message.expired.v1':
      return { step: 'expired', state: 'failed', at, detail: event.data.error?.code }
    case 'imchannel.message.delivery.v1': {
      const { status } = event.data
      const state = stateOf(status)
      return { step: state, state, at, status, detail: state === 'delivered' ? undefined : status.name }
    }
    case 'imchannel.message.seen.v1':
      return { step: 'seen', state: 'seen', at }
    case 'imchannel.message.clicked.v1':
      return { step: 'clicked', state: 'seen', at, detail: event.data.url }
  }
}
