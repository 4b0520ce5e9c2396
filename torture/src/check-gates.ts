import { blowsToStores, readOutcome } from './facts.ts'
import type { Fact, FactOf, SeenEvent } from './facts.ts'
import { isMarketing, isPaused } from './templates.ts'
import { ADVISED, BUDGET } from './tenants.ts'

const DAY_MS = 86_400_000
/** Of what a gate says. */
const GATE_CODES =
  /^(window_closed|opted_out|budget_exhausted|conversation_limit|template_.*|phone_required|identity_unconfirmed)$/
/** A command is in Kafka, and may be judged, before its bot hears of that. */
const BEFORE_ACK_MS = 1_000
/** A resume is in Kafka when it is answered; whoever has last read a second ago, on a busy machine more, has not heard of it. */
const HEARD_MS = 8_000
/** What Redis lost is read again from Kafka by then. */
const RECOVERED_MS = 20_000

/** What was done to customers' windows and consents, and to Redis, by conversation where it is of one. */
interface Book {
  readonly openings: ReadonlyMap<string, readonly FactOf<'opening'>[]>
  readonly consents: ReadonlyMap<string, readonly FactOf<'consent'>[]>
  /** When something was done to Redis, or by which Redis was slow to be told. */
  readonly blows: readonly number[]
}

/** Facts that take longer than a second to read are not known, and a machine with more to do than it can is slow: so many may go unjudged. */
const UNJUDGED_SHARE = 0.1

/** Requests to who had opted out, as far as nothing that was done to Redis excuses them. */
export function requestsAfterOptOut(
  facts: readonly Fact[],
  { commands, requests }: Pick<Judged, 'commands' | 'requests'>,
): string[] {
  const book = bookOf(facts)
  return requests.flatMap((request) => requestAfterOptOut(request, commands.get(request.commandId), book))
}

interface Judged {
  readonly events: readonly SeenEvent[]
  readonly commands: ReadonlyMap<string, FactOf<'command'>>
  readonly requests: readonly FactOf<'request'>[]
}

/** Verdicts of gates that the torture's own book contradicts. */
export function misjudged(facts: readonly Fact[], { events, commands, requests }: Judged): string[] {
  const book = bookOf(facts)
  const late = requestsAfterOptOut(facts, { commands, requests })
  const heeded = events.filter(({ errorCode }) => errorCode === 'opted_out').length
  return [
    ...events.flatMap((event) => wrongRefusal(event, commands.get(event.commandId ?? ''), book)),
    ...(late.length > (late.length + heeded) * UNJUDGED_SHARE ? late : []),
  ]
}

function bookOf(facts: readonly Fact[]): Book {
  return {
    openings: Map.groupBy(
      facts.filter((fact) => fact.kind === 'opening'),
      ({ conversation }) => conversation,
    ),
    consents: Map.groupBy(
      facts.filter((fact) => fact.kind === 'consent'),
      ({ conversation }) => conversation,
    ),
    blows: blowsToStores(facts),
  }
}

function wrongRefusal(
  { type, commandId, errorCode = '', at = Infinity }: SeenEvent,
  command: FactOf<'command'> | undefined,
  book: Book,
): string[] {
  if (readOutcome(type) !== 'rejected' || command === undefined || !GATE_CODES.test(errorCode)) return []
  const wrong = (why: string): string[] => [`command ${commandId} was refused as ${errorCode}, ${why}`]
  if (command.conversation.startsWith(`${ADVISED}:`)) return wrong('and this tenant is only advised')
  switch (errorCode) {
    case 'window_closed': {
      const known = (book.openings.get(command.conversation) ?? []).filter(
        (opening) => opening.at < command.at - BEFORE_ACK_MS,
      )
      const closesAt = Math.max(...known.map(({ receivedAt }) => receivedAt + DAY_MS))
      return at < closesAt ? wrong(`${closesAt - at} ms before the window closes`) : []
    }
    case 'opted_out':
      return mayBeOptedOut(command, at, book) ? [] : wrong('and nothing says so of its customer')
    case 'budget_exhausted':
      return command.conversation.startsWith(`${BUDGET.tenant}:`) && isMarketing(command.template)
        ? []
        : wrong('and it has no budget')
    case 'template_paused':
      return isPaused(command.template) ? [] : wrong('and it was never paused')
    default:
      return wrong('of which the torture knows nothing')
  }
}

function covers({ source }: FactOf<'consent'>, { template }: FactOf<'command'>): boolean {
  return source === 'blocklist' || isMarketing(template)
}

/** Whether any source may have been heard to say so, and not yet to lift it, while the command could be judged. */
function mayBeOptedOut(command: FactOf<'command'>, toldAt: number, { consents, blows }: Book): boolean {
  const said = (consents.get(command.conversation) ?? []).filter((one) => covers(one, command))
  return said.some((out) => {
    if (out.state !== 'optedOut' || out.since > toldAt) return false
    const lifted = said.find((one) => one.source === out.source && one.state === 'optedIn' && one.since > out.since)
    if (lifted === undefined) return true
    const isTroubled = blows.some((at) => at > lifted.since - RECOVERED_MS && at < toldAt)
    return command.at - BEFORE_ACK_MS < lifted.at + (isTroubled ? RECOVERED_MS + HEARD_MS : HEARD_MS)
  })
}

/** Nothing is promised of what Redis has lost, until it is read again: unknown never rejects. */
function requestAfterOptOut(
  { seq, madeAt, commandId }: FactOf<'request'>,
  command: FactOf<'command'> | undefined,
  { consents, blows }: Book,
): string[] {
  if (command === undefined || command.conversation.startsWith(`${ADVISED}:`)) return []
  const said = (consents.get(command.conversation) ?? []).filter((one) => covers(one, command))
  const out = said.find(
    (one) =>
      one.state === 'optedOut' &&
      one.at + HEARD_MS < madeAt &&
      !said.some(
        (other) =>
          other.source === one.source &&
          other.since > one.since &&
          // Lifted, or as good as that; or said again later, of which that one tells.
          other.since < madeAt,
      ) &&
      !blows.some((at) => at > one.since - RECOVERED_MS && at > madeAt - RECOVERED_MS && at < madeAt + HEARD_MS),
  )
  return out === undefined
    ? []
    : [
        `request ${seq} for command ${commandId} was made ${madeAt - out.at} ms after its customer opted out (${out.source})`,
      ]
}
