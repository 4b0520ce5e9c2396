import type { Outcome as Answer } from '@imchannel/infobip'
import { CLAIM_MS, MOST_CLAIM_AGE_MS, REQUEST_MS } from '../../src/domain/next-step.ts'
import type { FormName } from '../../src/domain/gates/gate-reading.ts'
import type { LogFinding } from '../../src/domain/known.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Chance } from './chance.ts'
import { createModelLedger } from './model-ledger.ts'
import type { ModelLedger } from './model-ledger.ts'

/** A promise that was broken, and how. */
export class Broken extends Error {
  override name = 'Broken'
  readonly promise: Promise_

  constructor(promise: Promise_, detail: string) {
    super(`${promise}: ${detail}`)
    this.promise = promise
  }
}

export type Promise_ =
  | 'twice'
  | 'blind'
  | 'lost'
  | 'reordered'
  | 'rejected what was taken'
  | 'contradicted'
  | 'dry run sent'
  | 'dry run in doubt'
  | 'two forms'

/** Redis did not answer; what was asked of it may have been done. */
export class RedisAway extends Error {
  override name = 'RedisAway'
}

/** After how long a request counts as not taken, and how long Infobip's logs lag behind. */
const PATIENCE = [
  [60_000, 0],
  [60_000, 60_000 - CLAIM_MS],
  [5_000, 0],
] as const
/** A beat of the ledger: a loss that a living dispatcher suffers is noticed within it. */
const BEAT_MS = 250

interface Request {
  readonly id: string
  readonly form: FormName
  readonly at: number
  readonly arrivesAt: number
  /** Whether Infobip takes it when it arrives. */
  readonly isTaken: boolean
  /** Nobody can know what became of it. */
  readonly isUncertain: boolean
  readonly openUntil: number
}

/** Infobip, Redis and Kafka as far as one conversation meets them. */
export interface World {
  readonly now: number
  readonly ledger: ModelLedger
  /** `false`: only reports tell what was taken, and a repeated messageId is refused. */
  readonly isCovered: boolean
  readonly onUnknown: 'resend' | 'reject'
  readonly unknownAfterMs: number
  /** In the end; in between they may come at any moment. */
  readonly doReportsCome: boolean
  isWell: boolean
  /** Whether the customer service window is open: of two forms, which one goes. */
  isWindowOpen: boolean
  hasAccount: boolean
  /** Lets time pass; what is on its way arrives. */
  pass(ms: number): void
  /** Asks the ledger, which may fail before or after it has done what it was asked. @throws RedisAway */
  ask<T>(owner: string, operation: (ledger: ModelLedger) => T): T
  request(id: string, form: FormName): { answer: Answer; afterMs: number }
  logs(id: string): LogFinding
  /** `decidedAt`: when the one that tells it decided so. */
  tell(id: string, outcome: Outcome, decidedAt: number): void
  /** Of everything that was taken, a delivery report comes. */
  report(): void
  /**
   * Redis goes back in time. What is lost of the writes of anybody but `owner`, who is at work, is noticed before anything
   * else happens: what is smaller than a beat, together with the death of who wrote it, the guarantees leave out.
   */
  loseWrites(owner: string | undefined): void
  /** Whether a handling that began then knows that the ledger may have forgotten something. */
  isSuspect(beganAt: number): boolean
  /** When the latest loss was noticed. */
  readonly noticedAt: number | undefined
  checkEnd(ids: readonly string[]): void
}

const ACCEPTED: Answer = { kind: 'accepted', duplicate: false }
const UNKNOWN = { kind: 'unknown', code: 'HTTP_500' } as Answer
const ANSWERS = [
  'accepted',
  'reply-lost',
  'failed',
  'late',
  'throttled',
  'unsent',
  'refused',
  'refused-for-now',
] as const

export function createWorld(chance: Chance): World {
  let now = 1_800_000_000_000
  let lastLostAt: number | undefined
  let noticedAt: number | undefined
  /** That nobody has noticed yet. */
  let freshLossAt: number | undefined
  let hasLogsFailed = false
  const isCovered = chance.pickEvenly(['covered', 'not covered']) === 'covered'
  const onUnknown = chance.pickEvenly(['resend', 'reject'])
  const [unknownAfterMs, logLagMs] = chance.pickEvenly(PATIENCE)
  const logAnswers = chance.pickEvenly([
    ['answers', 'answers', 'answers not'],
    ['answers', 'answers not', 'answers not', 'answers not'],
  ])
  const doReportsCome = chance.pickEvenly([true, false])
  const requests: Request[] = []
  const taken = new Map<string, number>()
  const arrived = new Set<Request>()
  /** Since Redis last went back: what was settled and lost may end otherwise. */
  const told = new Map<string, Outcome[]>()
  const ended = new Set<string>()
  const ledger = createModelLedger(() => now)

  function arrive(): void {
    const due = requests.filter((one) => !arrived.has(one) && one.arrivesAt <= now)
    for (const request of due.toSorted((one, other) => one.arrivesAt - other.arrivesAt)) {
      arrived.add(request)
      if (!request.isTaken) continue
      const { id } = request
      if (taken.has(id)) {
        if (isCovered) throw new Broken('twice', `${id} was taken a second time`)
        continue
      }
      if (id.startsWith('dry')) throw new Broken('dry run sent', id)
      const early = [...taken.keys()].find((one) => one > id)
      if (early !== undefined) throw new Broken('reordered', `${early} was taken before ${id}`)
      const outcome = told.get(id)?.find(isCertainRefusal)
      if (outcome !== undefined) throw new Broken('rejected what was taken', `${id}, after it was told ${outcome.how}`)
      taken.set(id, request.arrivesAt)
    }
  }

  function notice(): void {
    noticedAt = now
    freshLossAt = undefined
  }

  function pass(ms: number): void {
    now += ms
    arrive()
  }

  return {
    get now() {
      return now
    },
    ledger,
    isCovered,
    onUnknown,
    unknownAfterMs,
    isWell: true,
    isWindowOpen: true,
    hasAccount: true,
    pass,
    ask: (owner, operation) => {
      pass(chance.pick([1, 20, MOST_CLAIM_AGE_MS + 500, CLAIM_MS + 1_000]))
      const how = chance.pick(['answers', 'is away', 'reply is lost'])
      if (how === 'is away') throw new RedisAway()
      ledger.writer = owner
      const answer = operation(ledger)
      if (how === 'reply is lost') throw new RedisAway()
      return answer
    },

    request: (id, form) => {
      const other = requests.find((one) => one.id === id && one.isUncertain && one.form !== form)
      if (other !== undefined)
        throw new Broken('two forms', `${id} may have been taken as ${other.form}, and goes as ${form}`)
      const least = unknownAfterMs - MOST_CLAIM_AGE_MS
      const doubt = requests.find(
        (one) => one.id === id && (one.openUntil > now || (one.isUncertain && now - one.at < least)),
      )
      if (doubt !== undefined)
        throw new Broken('blind', `${id} was requested ${now - doubt.at} ms after an unknown request`)
      const kind = chance.pickEvenly(ANSWERS)
      const isRepeat = !isCovered && taken.has(id)
      const isTaken = kind === 'accepted' || kind === 'reply-lost' || kind === 'late'
      const afterMs = kind === 'late' ? REQUEST_MS : chance.pick([50, 3_000])
      const isUncertain = kind === 'reply-lost' || kind === 'failed' || kind === 'late'
      const arrivesAt = now + (kind === 'late' ? REQUEST_MS - 100 : 10)
      requests.push({ id, form, at: now, arrivesAt, isTaken, isUncertain, openUntil: now + afterMs })
      if (isRepeat && !isUncertain && kind !== 'unsent' && kind !== 'throttled')
        return { answer: { kind: 'accepted', duplicate: true }, afterMs }
      return { answer: answerOf(kind), afterMs }
    },

    logs: (id) => {
      if (chance.pickEvenly(logAnswers) === 'answers not') {
        hasLogsFailed = true
        return { kind: 'no-answer', reason: '500' }
      }
      const at = taken.get(id)
      return at !== undefined && now >= at + logLagMs ? { kind: 'found' } : { kind: 'not-found' }
    },

    tell: (id, outcome, decidedAt) => {
      ended.add(id)
      // A loss between the decision, its settlement and the telling: nothing is promised of what a Redis that forgets makes of it.
      if (lastLostAt !== undefined && (decidedAt <= lastLostAt || ledger.look(id)?.state !== outcome.how)) return
      const before = told.get(id) ?? []
      told.set(id, [...before, outcome])
      if (before.some(({ how }) => how !== outcome.how))
        throw new Broken('contradicted', `${id} was told twice, otherwise`)
      if (id.startsWith('dry') && outcome.how === 'rejected' && !isCertainRefusal(outcome))
        throw new Broken('dry run in doubt', id)
      if (id.startsWith('dry') || !taken.has(id) || outcome.how === 'accepted') return
      if (isCertainRefusal(outcome)) throw new Broken('rejected what was taken', `${id} was told ${outcome.how}`)
      if (isCovered && !hasLogsFailed)
        throw new Broken('rejected what was taken', `${id} was given up, and logs had it`)
    },

    doReportsCome,
    report: () => {
      ledger.writer = 'ingress'
      for (const id of taken.keys()) ledger.markSeen(id)
    },

    loseWrites: (owner) => {
      const lost = ledger.setBack(chance.pickEvenly([1, 2, 3, 5, ledger.writes]))
      if (lost.length === 0) return
      told.clear()
      freshLossAt ??= now
      lastLostAt = now
      if (lost.some((by) => by !== owner)) notice()
    },
    isSuspect: (beganAt) => {
      if (freshLossAt !== undefined && (beganAt >= freshLossAt || now - freshLossAt >= BEAT_MS)) notice()
      return noticedAt !== undefined
    },
    get noticedAt() {
      return noticedAt
    },

    checkEnd: (ids) => {
      for (const id of ids) if (!ended.has(id)) throw new Broken('lost', `${id} has no outcome`)
    },
  }
}

function isCertainRefusal(outcome: Outcome): boolean {
  return outcome.how !== 'accepted' && outcome.error.code !== 'outcome_unknown'
}

function answerOf(kind: (typeof ANSWERS)[number]): Answer {
  switch (kind) {
    case 'accepted':
      return ACCEPTED
    case 'reply-lost':
    case 'failed':
    case 'late':
      return UNKNOWN
    case 'throttled':
      return { kind: 'throttled', retryAfterMs: 1_000 }
    case 'unsent':
      return { kind: 'unsent' } as Answer
    case 'refused':
    case 'refused-for-now': {
      const remedy = kind === 'refused' ? 'none' : 'retry-later'
      return { kind: 'rejected', httpStatus: 400, code: 'X', reason: 'x', permanent: true, remedy }
    }
  }
}
