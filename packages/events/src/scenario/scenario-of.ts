import type { SendMessage } from '../commands/commands.ts'
import type { ImEvent } from '../events/im-event.ts'
import { isOutcome, type OutcomeEvent } from '../events/is-outcome.ts'
import type { MessageAttempted } from '../events/message-attempted.ts'
import type { MessageReceived } from '../events/message-received.ts'
import { messageIdOf } from '../identity/message-id-of.ts'
import { computeState, type MessageState, stateOf } from '../state.ts'
import { faultsOf } from './faults-of.ts'
import { maskedSaying } from './masked-content.ts'
import type { Scenario, ScenarioFault, ScenarioStep } from './scenario-step.ts'

/** Stands for whoever the customer is; no number of the emulator at which something always happens. */
const CUSTOMER = '351900000001'
/** A longer silence is not waited for: the emulator’s clock is put forward by it. */
const LONGEST_WAIT_MS = 60_000
/** On top of how long it took: the machine that plays it is another one. */
const PATIENCE_MS = 30_000
const LONGEST_PATIENCE_MS = 600_000

interface Item {
  /** Ms since 1970. */
  readonly at: number
  /** When the last thing of it happened. */
  readonly endsAt: number
  readonly faults: readonly ScenarioFault[]
  readonly step: ScenarioStep | undefined
  readonly isSaid: boolean
}

/**
 * A conversation as a file that the emulator plays: what the customer did and when, what the requests to Infobip met, and which messages
 * arrived. Everything in it is masked: no number, name, id or text of anybody. What the business says is not in it: its bot says it.
 *
 * @param events of one conversation, in any order
 * @param commands with the times of their records, ms since 1970
 * @returns undefined where nothing happened that could be played
 */
export function scenarioOf(
  events: readonly ImEvent[],
  commands: readonly { readonly command: SendMessage; readonly timestamp: number }[],
): Scenario | undefined {
  const once = [...new Map(events.map((event) => [event.id, event])).values()]
  const items = [...once.flatMap(toSaid), ...toSent(once, commands)].toSorted((a, b) => a.at - b.at)
  const [first] = items
  if (first === undefined) return undefined
  const steps: ScenarioStep[] = first.isSaid ? [] : first.faults.map((fault) => ({ fault }))
  let clock = first.at
  items.forEach((item, index) => {
    const next = items[index + 1]
    // What the answer is to meet must be there before the customer says what it answers.
    const faults = next === undefined || next.isSaid ? [] : next.faults.map((fault): ScenarioStep => ({ fault }))
    const gap = gapOf(item, clock)
    if (item.isSaid) steps.push(...gap, ...faults)
    else if ('advanceMs' in (gap[0] ?? {})) steps.push(...gap)
    if (item.step !== undefined) steps.push(item.step)
    if (!item.isSaid) steps.push(...faults)
    clock = Math.max(clock, item.endsAt)
  })
  const day = new Date(first.at).toISOString().slice(0, 10)
  return steps.length === 0 ? undefined : { name: `A conversation of ${day}, masked`, steps }
}

function gapOf(item: Item, clock: number): ScenarioStep[] {
  const gap = item.at - clock
  if (gap <= 0) return []
  return gap > LONGEST_WAIT_MS ? [{ advanceMs: gap }] : [{ waitMs: gap }]
}

function toSaid(event: ImEvent): Item[] {
  if (event.type !== 'imchannel.message.received.v1') return []
  const { receivedAt, content }: MessageReceived = event.data
  const at = Date.parse(receivedAt)
  return [{ at, endsAt: at, faults: [], step: maskedSaying(CUSTOMER, content), isSaid: true }]
}

function toSent(
  events: readonly ImEvent[],
  commands: readonly { readonly command: SendMessage; readonly timestamp: number }[],
): Item[] {
  const outcomes = Map.groupBy(events.filter(isOutcome).filter(isInEarnest), ({ data }) => idOf(data))
  // Of a send alone: a read mark and a typing signal have a kind, and are no messages.
  const requests = Map.groupBy(
    events
      .filter((event) => event.type === 'imchannel.message.attempted.v1')
      .filter(({ data }) => data.kind === undefined),
    ({ data }) => idOf(data),
  )
  const written = new Map<string, number>()
  for (const { command, timestamp } of commands) {
    const id = messageIdOf(command.tenant, command.id)
    written.set(id, Math.min(timestamp, written.get(id) ?? timestamp))
  }
  const ids = new Set([...outcomes.keys(), ...requests.keys(), ...written.keys()])
  return [...ids].flatMap((id) => {
    const own = outcomes.get(id) ?? []
    const attempts = requests.get(id) ?? []
    const times = [...own, ...attempts].map(({ time }) => Date.parse(time))
    const at = Math.min(...times, written.get(id) ?? Number.POSITIVE_INFINITY)
    const endsAt = Math.max(at, ...times)
    return [{ at, endsAt, isSaid: false, step: receipt(own, endsAt - at), faults: faultsFor(attempts, own) }]
  })
}

function isInEarnest({ data }: OutcomeEvent): boolean {
  return !('dryRun' in data && data.dryRun === true)
}

interface Named {
  readonly tenant: string
  readonly messageId?: string | undefined
  readonly commandId?: string | undefined
}

/** A command that was refused before it had a messageId would have had this one. */
function idOf({ tenant, messageId, commandId = '' }: Named): string {
  return messageId ?? messageIdOf(tenant, commandId)
}

function faultsFor(
  attempts: readonly { readonly time: string; readonly data: MessageAttempted }[],
  outcomes: readonly OutcomeEvent[],
): ScenarioFault[] {
  const inOrder = attempts.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time)).map(({ data }) => data)
  return faultsOf(inOrder, outcomes, CUSTOMER)
}

const ARRIVED = { accepted: 'pending', pending: 'pending', delivered: 'delivered', seen: 'seen' } as const

/** What the customer’s phone got of it; nothing of a message that did not arrive. */
function receipt(outcomes: readonly OutcomeEvent[], tookMs: number): ScenarioStep | undefined {
  const best = computeState(outcomes.map((outcome) => ({ state: stateIn(outcome), at: outcome.time })))
  const state = best === undefined || !(best.state in ARRIVED) ? undefined : best.state
  if (state === undefined) return undefined
  return {
    from: CUSTOMER,
    receives: '/^/',
    state: ARRIVED[state as keyof typeof ARRIVED], // it is one of its keys
    timeoutMs: Math.min(LONGEST_PATIENCE_MS, Math.round(tookMs) + PATIENCE_MS),
  }
}

function stateIn(outcome: OutcomeEvent): MessageState {
  switch (outcome.type) {
    case 'imchannel.message.accepted.v1':
      return 'accepted'
    case 'imchannel.message.rejected.v1':
    case 'imchannel.message.expired.v1':
      return 'failed'
    case 'imchannel.message.delivery.v1':
      return stateOf(outcome.data.status)
    case 'imchannel.message.seen.v1':
    case 'imchannel.message.clicked.v1':
      return 'seen'
  }
}
