import { overspent } from './check-budgets.ts'
import { endedProcesses } from './check-exits.ts'
import { misjudged, requestsAfterOptOut } from './check-gates.ts'
import { blowsToStores, readInboundMessageId, readOutcome } from './facts.ts'
import type { Fact, FactOf, Remains, SeenEvent } from './facts.ts'

export const CRIMES = [
  'lost',
  'doubled',
  'blind',
  'reordered',
  'unknown',
  'contradicted',
  'impatient',
  'ended',
  'misjudged',
  'overspent',
] as const

/**
 * - `lost`: answered 200 and not in Kafka, accepted and never taken, rejected without a dead letter, set aside for a bug.
 * - `doubled`: a request for a command that Infobip had taken before, whatever it was answered; an inbound message
 *   under two event ids.
 * - `blind`: a request after one with an unknown outcome, without an answered question to the logs in between.
 * - `reordered`: a request, or an inbound event, behind a later one of its conversation.
 * - `unknown`: a command without an outcome, a request that was cut before its time, or one that was asked about and had its answer. `contradicted`: one
 *   with two outcomes, or told as refused and taken.
 * - `impatient`: a request to an account that had asked to be left alone.
 * - `ended`: a process that ended by itself, other than by a record that kills, which may do so twice; or one that was told to end
 *   and failed, or is a member of its group still.
 * - `misjudged`: refused by a gate, which the torture's own book contradicts; or requested long after its customer had opted out.
 * - `overspent`: more taken than a budget has, beyond those that were open at once.
 */
export type Crime = (typeof CRIMES)[number]

export interface Verdict {
  /** What is wrong, one line each. */
  crimes: Record<Crime, string[]>
  counts: {
    commands: number
    requests: number
    webhooks: number
    events: number
    rejected: number
    /** Requests to who had opted out, which was not known in time. */
    unjudged: number
    /** Outcomes by the code that they were refused with. */
    refusals: Readonly<Record<string, number>>
    /** Events that appear more than once under one id, as they may after a crash. */
    repeatedEvents: number
    kills: number
    killsThatMetARequest: number
  }
}

/** Accounts for every id: what was promised (`facts`) against what is there (`remains`). */
export function check(facts: readonly Fact[], remains: Remains): Verdict {
  const commands = new Map(of(facts, 'command').map((command) => [command.id, command]))
  const idOfMark = new Map([...commands.values()].flatMap(({ id, mark }) => (mark === undefined ? [] : [[mark, id]])))
  const requests = of(facts, 'request')
    .map((request) => ({ ...request, commandId: idOfMark.get(request.commandId) ?? request.commandId }))
    .toSorted((a, b) => a.seq - b.seq)
  const webhooks = of(facts, 'webhook')
  const questions = of(facts, 'question')
  const kills = of(facts, 'kill')
  const exits = of(facts, 'exit')
  const deaths = [...kills, ...exits.filter(({ isTold }) => !isTold).map(deathOf)]
  const byCommand = Map.groupBy(requests, (request) => request.commandId)
  const outcomes = outcomesOf(remains.events)
  const crimes: Verdict['crimes'] = {
    lost: [
      ...lostWebhooks(webhooks, remains.events),
      ...lostCommands(commands, outcomes, byCommand, remains),
      ...setAside(remains.events, commands),
    ],
    doubled: [
      ...[...byCommand.values()].flatMap((list) => doubledRequests(list, remains.taken)),
      ...doubledInbound(remains.events),
    ],
    blind: [...byCommand.values()].flatMap((list) => blindRequests(list, questions)),
    reordered: [...reorderedRequests(requests, commands), ...reorderedInbound(remains.events)],
    unknown: [
      ...[...commands.keys()].filter((id) => !outcomes.has(id)).map((id) => `command ${id} has no outcome`),
      ...forgottenAnswers(requests, questions, [...deaths, ...of(facts, 'change')]),
      ...cutRequests(requests, deaths),
    ],
    contradicted: [
      ...[...outcomes]
        .filter(([, told]) => told.size > 1)
        .map(([id, told]) => `command ${id} has ${[...told].join(' and ')}`),
      ...refusedAndTaken(remains, byCommand),
    ],
    impatient: impatientRequests(requests, deaths, of(facts, 'change')),
    overspent: overspent(of(facts, 'budget'), {
      commands,
      requests,
      taken: remains.taken,
      losses: blowsToStores(facts).length,
    }),
    misjudged: misjudged(facts, { events: remains.events, commands, requests }),
    ended: endedProcesses(exits, {
      blows: blowsToStores(facts),
      deadly: [...commands.values()].filter(({ isDeadly }) => isDeadly).length,
    }),
  }
  return {
    crimes,
    counts: {
      commands: commands.size,
      requests: requests.length,
      webhooks: webhooks.length,
      events: remains.events.length,
      rejected: [...outcomes.values()].filter((told) => [...told].some((one) => !one.startsWith('accepted'))).length,
      unjudged: requestsAfterOptOut(facts, { commands, requests }).length,
      refusals: countBy(
        remains.events.flatMap(({ type, errorCode }) =>
          readOutcome(type) === undefined || errorCode === undefined ? [] : [errorCode],
        ),
      ),
      repeatedEvents: remains.events.length - new Set(remains.events.map(({ id }) => id)).size,
      kills: kills.length,
      killsThatMetARequest: kills.filter(({ met }) => met).length,
    },
  }
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
}

/** Whether nothing is wrong. */
export function isClean(verdict: Verdict): boolean {
  return CRIMES.every((crime) => verdict.crimes[crime].length === 0)
}

function of<K extends Fact['kind']>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind)
}

/** Per command: each different outcome with its event id. */
function outcomesOf(events: readonly SeenEvent[]): Map<string, Set<string>> {
  const outcomes = new Map<string, Set<string>>()
  for (const { type, id, commandId } of events) {
    const how = readOutcome(type)
    if (how === undefined || commandId === undefined) continue
    outcomes.set(commandId, (outcomes.get(commandId) ?? new Set()).add(`${how} ${id}`))
  }
  return outcomes
}

const EVENT_OF = {
  message: 'imchannel.message.received.v1',
  delivery: 'imchannel.message.delivery.v1',
  seen: 'imchannel.message.seen.v1',
} as const

function lostWebhooks(webhooks: readonly FactOf<'webhook'>[], events: readonly SeenEvent[]): string[] {
  const there = new Set(events.map(({ type, messageId }) => `${type} ${messageId}`))
  const missing = webhooks.filter((webhook) => !there.has(`${EVENT_OF[webhook.of]} ${webhook.messageId}`))
  return missing.map((webhook) => `${webhook.of} ${webhook.messageId} was answered 200 and is not in Kafka`)
}

function lostCommands(
  commands: ReadonlyMap<string, FactOf<'command'>>,
  outcomes: ReadonlyMap<string, ReadonlySet<string>>,
  byCommand: ReadonlyMap<string, readonly FactOf<'request'>[]>,
  { taken, deadLetters }: Remains,
): string[] {
  const dead = new Set(deadLetters)
  return [...commands.keys()].flatMap((id) => {
    const told = [...(outcomes.get(id) ?? [])]
    const wasTaken = (byCommand.get(id) ?? []).some(({ seq }) => taken.has(seq))
    if (told.some((one) => one.startsWith('accepted')) && !wasTaken)
      return [`command ${id} is accepted and was never taken`]
    if (told.some((one) => one.startsWith('rejected')) && !dead.has(id))
      return [`command ${id} is rejected without a dead letter`]
    return []
  })
}

/** What kills is to be set aside; nothing else of the load could not be handled: what ends like that was counted wrongly. */
function setAside(events: readonly SeenEvent[], commands: ReadonlyMap<string, FactOf<'command'>>): string[] {
  return events
    .filter(({ type, errorCode }) => readOutcome(type) !== undefined && errorCode === 'internal_error')
    .filter(({ commandId = '' }) => commands.get(commandId)?.isDeadly !== true)
    .map(({ commandId }) => `command ${commandId} was set aside as internal_error`)
}

/** Who is told of a refusal sends again by another way. Where nothing could be found out, that is what is told. */
function refusedAndTaken(
  { events, taken }: Remains,
  byCommand: ReadonlyMap<string, readonly FactOf<'request'>[]>,
): string[] {
  return events.flatMap(({ type, commandId = '', errorCode }) => {
    const how = readOutcome(type)
    if (how === undefined || how === 'accepted' || errorCode === 'outcome_unknown') return []
    const request = byCommand.get(commandId)?.find(({ seq }) => taken.has(seq))
    return request === undefined
      ? []
      : [`command ${commandId} is ${how} (${errorCode}) and was taken with request ${request.seq}`]
  })
}

function doubledRequests(list: readonly FactOf<'request'>[], taken: ReadonlySet<number>): string[] {
  const first = list.findIndex(({ seq }) => taken.has(seq))
  if (first < 0) return []
  return list
    .slice(first + 1)
    .map(({ commandId, seq }) => `request ${seq} for command ${commandId}, taken with request ${list[first]?.seq}`)
}

function doubledInbound(events: readonly SeenEvent[]): string[] {
  const received = events.filter(({ type }) => type === EVENT_OF.message)
  return [...Map.groupBy(received, ({ messageId }) => messageId)].flatMap(([messageId, same]) =>
    new Set(same.map(({ id }) => id)).size > 1 ? [`message ${messageId} has two event ids`] : [],
  )
}

function isUnknown({ answer }: FactOf<'request'>): boolean {
  return answer === undefined || !answer.readable || answer.status >= 500 || answer.status === 408
}

function blindRequests(list: readonly FactOf<'request'>[], questions: readonly FactOf<'question'>[]): string[] {
  return list.flatMap((request, index) => {
    const before = list[index - 1]
    if (before === undefined || !isUnknown(before)) return []
    const asked = questions.some(
      ({ at, answeredAt, messageIds }) =>
        at >= before.at && answeredAt <= request.at && messageIds.includes(before.messageId),
    )
    return asked ? [] : [`request ${request.seq} for command ${request.commandId}: nobody asked about ${before.seq}`]
  })
}

/** Given up by its dispatcher at 10 s, and a busy one reads late: what came so soon is known to it. */
const HEEDED_MS = 4_000

/** A replica is waited for up to a second before an answer counts as written; the copy of a parked command may ask meanwhile. */
const WRITTEN_MS = 1_500

/**
 * What Infobip has answered is kept until Redis takes it: its own process has no need to ask, but where it or Redis died, or
 * changed. Others may ask at any time.
 */
function forgottenAnswers(
  requests: readonly FactOf<'request'>[],
  questions: readonly FactOf<'question'>[],
  blows: readonly (FactOf<'kill'> | FactOf<'change'>)[],
): string[] {
  const lastAsked = new Map<string, number>()
  for (const { at, messageIds, by } of questions) for (const id of messageIds) lastAsked.set(`${by} ${id}`, at)
  return requests.flatMap(({ seq, madeAt, messageId, commandId, by, answer }) => {
    if (answer?.status !== 200 || !answer.readable || answer.at - madeAt > HEEDED_MS) return []
    const askedAt = lastAsked.get(`${by} ${messageId}`) ?? 0
    if (askedAt <= answer.at + WRITTEN_MS) return []
    const isOf = (blow: (typeof blows)[number]): boolean =>
      blow.kind === 'change' ? blow.of === 'redis' : blow.victim === 'redis' || blow.victim === by
    if (blows.some((blow) => isOf(blow) && blow.at > answer.at - HEARD_MS && blow.at < askedAt)) return []
    return [`command ${commandId} was asked about, ${askedAt - answer.at} ms after the answer of request ${seq}`]
  })
}

/** The door hears of a death by what its connections do, and on a busy machine late. */
const HEARD_OF_DEATH_MS = 5_000

/** Whatever changes meanwhile, a request that is open gets its answer: who lives waits for it. */
function cutRequests(requests: readonly FactOf<'request'>[], kills: readonly FactOf<'kill'>[]): string[] {
  return requests.flatMap(({ seq, commandId, madeAt, by, leftAt = Infinity }) => {
    if (leftAt - madeAt > HEEDED_MS) return []
    const died = kills.some(({ victim, at }) => victim === by && at <= leftAt && leftAt < at + HEARD_OF_DEATH_MS)
    return died ? [] : [`request ${seq} for command ${commandId} was cut ${leftAt - madeAt} ms after it was made`]
  })
}

function reorderedRequests(
  requests: readonly FactOf<'request'>[],
  commands: ReadonlyMap<string, FactOf<'command'>>,
): string[] {
  const known = requests.flatMap(({ seq, commandId }) => {
    const command = commands.get(commandId)
    return command === undefined
      ? []
      : [{ conversation: command.conversation, index: command.index, what: `request ${seq}` }]
  })
  return backwards(known)
}

/** The first time that each message is in Kafka counts: a repeat under the same id is no news. */
function reorderedInbound(events: readonly SeenEvent[]): string[] {
  const inOrder = events
    .filter(({ type }) => type === EVENT_OF.message)
    .toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
  const firsts = new Map(inOrder.toReversed().map((event) => [event.messageId, event]))
  return backwards(
    inOrder.flatMap((event) => {
      const place = firsts.get(event.messageId) === event ? readInboundMessageId(event.messageId ?? '') : undefined
      return place === undefined ? [] : [{ ...place, what: `message ${event.messageId}` }]
    }),
  )
}

function backwards(list: readonly { conversation: string; index: number; what: string }[]): string[] {
  const latest = new Map<string, number>()
  return list.flatMap(({ conversation, index, what }) => {
    const before = latest.get(conversation) ?? -1
    latest.set(conversation, Math.max(before, index))
    return index < before ? [`${what} (${index}) came after ${before} of ${conversation}`] : []
  })
}

/** What was on its way already, and what instances take to hear of it on a machine with more to do than it can. */
const HEARD_MS = 3_000
/** A 429 whose reader died at once, or could not tell Redis, is known to nobody. */
const TOLD_MS = 1_500

/** What a process leaves broken off is seen before its end is. */
const SEEN_BEFORE_MS = 1_000

function deathOf({ at, victim }: FactOf<'exit'>): FactOf<'kill'> {
  return { kind: 'kill', at: at - SEEN_BEFORE_MS, victim, met: false }
}

/** Longer than a change takes to be heard of: under another base URL it is another account, which was asked for nothing. */
const CHANGED_MS = 15_000

function impatientRequests(
  requests: readonly FactOf<'request'>[],
  kills: readonly FactOf<'kill'>[],
  changes: readonly FactOf<'change'>[],
): string[] {
  const deaths = kills.filter(({ victim }) => victim.startsWith('dispatcher') || victim === 'redis')
  const quiet = requests.flatMap(({ seq, account, answer }) => {
    if (answer?.status !== 429 || answer.retryAfterMs === undefined) return []
    const until = answer.at + answer.retryAfterMs
    if (deaths.some(({ at }) => at > answer.at - HEARD_MS - TOLD_MS && at < until)) return []
    const isChanged = changes.some(
      (change) =>
        (change.of === account || change.of === 'redis') && change.at < until && answer.at < change.at + CHANGED_MS,
    )
    return isChanged ? [] : [{ seq, account, from: answer.at + HEARD_MS, until }]
  })
  return requests.flatMap((request) => {
    const rest = quiet.find(
      ({ account, from, until }) => account === request.account && request.madeAt > from && request.madeAt < until,
    )
    return rest === undefined
      ? []
      : [
          `request ${request.seq} to ${request.account}, ${Math.round(rest.until - request.madeAt)} ms too early after ${rest.seq}`,
        ]
  })
}
