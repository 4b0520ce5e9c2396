import type { FaultInput } from '@imchannel/infobip-emulator'
import { createRandom } from '@imchannel/testkit'
import type { Random } from '@imchannel/testkit'
import type { Refusal } from './redis-pair.ts'
import { TENANTS } from './tenants.ts'
import type { Tenant } from './tenants.ts'

export const VICTIMS = [
  'dispatcher-0',
  'dispatcher-1',
  'ingress-0',
  'ingress-1',
  'media-server',
  'kafka',
  'redis',
] as const
export type Victim = (typeof VICTIMS)[number]

export const STOPPABLE = ['dispatcher-0', 'dispatcher-1', 'ingress-0', 'ingress-1'] as const
export type Stoppable = (typeof STOPPABLE)[number]

export type Change = 'removed' | 'moved'

/** What happens at one moment of a run. */
export type Step =
  | { atMs: number; kind: 'kill'; victims: readonly Victim[]; downMs: number }
  | { atMs: number; kind: 'weather'; faults: readonly FaultInput[] }
  /** Told to end by SIGTERM, as in a rollout, and started again under its name. */
  | { atMs: number; kind: 'stop'; victim: Stoppable; downMs: number }
  /** A bot writes a record whose reading kills the process. */
  | { atMs: number; kind: 'deadly' }
  /** The replica becomes the master; connections stay where they are. */
  | { atMs: number; kind: 'failover' }
  /** A command topic is deleted and made anew under its name. */
  | { atMs: number; kind: 'renew' }
  /** Redis has nothing any more. */
  | { atMs: number; kind: 'empty' }
  /** Redis takes connections and answers nothing; where that is for good, nobody waits for its end. */
  | { atMs: number; kind: 'freeze'; forMs: number }
  /** Redis answers, and takes no writes. */
  | { atMs: number; kind: 'refuse'; why: Refusal; forMs: number }
  /** The account is taken out of the configuration, or moved to another base URL, and put back. */
  | { atMs: number; kind: 'change'; change: Change; account: Tenant; forMs: number }

/** The first kill waits until there is something to meet; after the last weather comes the sun. */
const FIRST_KILL_MS = 4_000
/** Longer than a group's session (6 s) only now and then: kills shall also meet what the last one left. */
const BETWEEN_KILLS_MS = [3_000, 8_000] as const
const BETWEEN_WEATHERS_MS = [3_000, 8_000] as const
const DOWN_MS = [200, 3_000] as const
const BETWEEN_CHANGES_MS = [12_000, 20_000] as const
/** A change is taken up within 10 s; it lasts until some load has met it. */
const CHANGED_MS = [11_000, 14_000] as const
/** A connection that is silent for 5 s is left. */
const FROZEN_MS = [1_000, 9_000] as const
/** Shorter than a claim lasts: others may ask what became of a request after that. */
const REFUSED_MS = [1_000, 4_000] as const
const BETWEEN_REDIS_BLOWS_MS = [12_000, 20_000] as const
const BETWEEN_STOPS_MS = [20_000, 40_000] as const
/** Each waits for the outcomes of what it wrote. */
const BETWEEN_RENEWALS_MS = [20_000, 30_000] as const

/** Everything that will happen in a run of this seed and length. */
export function planHavoc(seed: number, lengthMs: number): Step[] {
  const random = createRandom(seed)
  const steps: Step[] = [{ atMs: 0, kind: 'weather', faults: weather(random) }]
  let round: (readonly Victim[])[] = []
  for (let atMs = FIRST_KILL_MS; atMs < lengthMs; atMs += random.between(...BETWEEN_KILLS_MS)) {
    if (round.length === 0) round = random.shuffle([...VICTIMS.map((victim) => [victim]), together(random)])
    steps.push({ atMs, kind: 'kill', victims: round.pop() ?? [], downMs: random.between(...DOWN_MS) })
  }
  for (
    let atMs = random.between(...BETWEEN_WEATHERS_MS);
    atMs < lengthMs;
    atMs += random.between(...BETWEEN_WEATHERS_MS)
  ) {
    steps.push({ atMs, kind: 'weather', faults: weather(random) })
  }
  for (let atMs = FIRST_KILL_MS; atMs < lengthMs; atMs += random.between(...BETWEEN_CHANGES_MS)) {
    const change = random.pick<Change>(['removed', 'moved'])
    steps.push({ atMs, kind: 'change', change, account: random.pick(TENANTS), forMs: random.between(...CHANGED_MS) })
  }
  for (
    let atMs = random.between(...BETWEEN_REDIS_BLOWS_MS);
    atMs < lengthMs;
    atMs += random.between(...BETWEEN_REDIS_BLOWS_MS)
  ) {
    steps.push(redisBlow(random, atMs))
  }
  for (let atMs = FIRST_KILL_MS; atMs < lengthMs; atMs += random.between(...BETWEEN_RENEWALS_MS)) {
    steps.push({ atMs, kind: 'renew' })
  }
  for (let atMs = random.between(...BETWEEN_STOPS_MS); atMs < lengthMs; atMs += random.between(...BETWEEN_STOPS_MS)) {
    steps.push({ atMs, kind: 'stop', victim: random.pick(STOPPABLE), downMs: random.between(...DOWN_MS) })
  }
  return steps.sort((a, b) => a.atMs - b.atMs)
}

function redisBlow(random: Random, atMs: number): Step {
  return random.pick<Step>([
    { atMs, kind: 'failover' },
    { atMs, kind: 'freeze', forMs: random.between(...FROZEN_MS) },
    {
      atMs,
      kind: 'refuse',
      why: random.pick<Refusal>(['OOM', 'NOREPLICAS', 'MISCONF']),
      forMs: random.between(...REFUSED_MS),
    },
  ])
}

/** Two deaths at once, in every combination that a rack can lose. */
function together(random: Random): Victim[] {
  return random.pick<Victim[]>([
    ['dispatcher-0', 'dispatcher-1'],
    ['ingress-0', 'ingress-1'],
    ['kafka', 'ingress-0'],
    ['kafka', 'dispatcher-1'],
    ['redis', 'dispatcher-0'],
    ['kafka', 'redis'],
  ])
}

/** Faults as they may be together; the emulator lets the first that strikes decide. */
function weather(random: Random): FaultInput[] {
  const account = random.pick(TENANTS)
  const storm = random.pick<FaultInput[]>([
    [],
    [],
    [{ action: 'status', status: 503, account }],
    [{ action: 'refuse', account }],
    [{ action: 'status', status: 500, taken: true, account, probability: 0.5 }],
    [{ action: 'throttle', retryAfterSeconds: random.between(4, 8), account, count: 3 }],
    [{ action: 'status', status: 500, api: 'logs', account }],
  ])
  return [...storm, ...CLIMATE]
}

/** What is never far away at any time. */
const CLIMATE: readonly FaultInput[] = [
  { action: 'drop', probability: 0.02 },
  { action: 'refuse', probability: 0.01 },
  { action: 'status', status: 500, taken: true, probability: 0.01 },
  { action: 'status', status: 502, body: 'html', probability: 0.01 },
  { action: 'garbage', probability: 0.01 },
  { action: 'hang', forMs: 12_000, probability: 0.005 },
  { action: 'throttle', retryAfterSeconds: 4, probability: 0.003 },
  { action: 'status', status: 503, api: 'logs', probability: 0.1 },
  { action: 'latency', delayMs: 1_500, probability: 0.03 },
  { action: 'latency', delayMs: 20, jitterMs: 200 },
  { action: 'webhook-duplicate', copies: 3, probability: 0.1 },
  { action: 'webhook-reorder', withinMs: 3_000, probability: 0.1 },
]

/** The same blows for every build that is to be proven: each of them would let one of the broken ones show. */
export const PROOF: readonly Step[] = [
  {
    atMs: 0,
    kind: 'weather',
    faults: [
      // Who is removed while nobody can say what it was sent.
      { action: 'status', status: 500, api: 'logs', account: 'beta' },
      { action: 'webhook-late', delayMs: 20_000, account: 'beta' },
      { action: 'drop', probability: 0.05 },
      { action: 'status', status: 500, taken: true, probability: 0.05 },
      // Not taken, so that no report settles it: who does not ask the logs must send it blindly.
      { action: 'status', status: 500, probability: 0.05 },
      { action: 'latency', delayMs: 50, jitterMs: 400 },
    ],
  },
  { atMs: 4_000, kind: 'kill', victims: ['dispatcher-0'], downMs: 500 },
  { atMs: 8_000, kind: 'change', change: 'removed', account: 'beta', forMs: 12_000 },
  { atMs: 9_000, kind: 'kill', victims: ['kafka', 'ingress-0', 'ingress-1'], downMs: 1_500 },
  { atMs: 15_000, kind: 'kill', victims: ['dispatcher-0', 'dispatcher-1'], downMs: 500 },
  { atMs: 22_500, kind: 'weather', faults: [{ action: 'latency', delayMs: 50, jitterMs: 400 }] },
  { atMs: 27_000, kind: 'renew' },
  // Once everybody that was killed is connected again.
  { atMs: 33_000, kind: 'failover' },
  // Many are open when Redis begins to refuse, and nothing says what became of them before their dispatcher would ask: no report
  // for longer than that takes, and no other blow to Redis or to it.
  {
    atMs: 36_000,
    kind: 'weather',
    faults: [
      { action: 'webhook-late', delayMs: 45_000 },
      { action: 'latency', delayMs: 1_500, jitterMs: 400 },
    ],
  },
  { atMs: 38_500, kind: 'refuse', why: 'OOM', forMs: 3_000 },
]

/** Under Sentinel: the master freezes, and is frozen for good. */
export const FROZEN: readonly Step[] = [
  { atMs: 0, kind: 'weather', faults: [{ action: 'latency', delayMs: 50, jitterMs: 400 }] },
  { atMs: 6_000, kind: 'freeze', forMs: Infinity },
]

/** An account is out of service for long enough that its commands are parked, while its bots write on. */
export const OUTAGE: readonly Step[] = [
  {
    atMs: 0,
    kind: 'weather',
    faults: [
      { action: 'status', status: 503, account: 'alpha' },
      { action: 'latency', delayMs: 50, jitterMs: 400 },
    ],
  },
  { atMs: 14_000, kind: 'weather', faults: [{ action: 'latency', delayMs: 50, jitterMs: 400 }] },
]

/** An account is removed and put back while many of its requests are open, and nothing else happens. */
export const REMOVAL: readonly Step[] = [
  { atMs: 0, kind: 'weather', faults: [{ action: 'latency', delayMs: 1_500, jitterMs: 400 }] },
  { atMs: 5_000, kind: 'change', change: 'removed', account: 'beta', forMs: 12_000 },
]

const FAIR_WEATHER: Step = { atMs: 0, kind: 'weather', faults: [{ action: 'latency', delayMs: 50, jitterMs: 400 }] }

/** Nothing happens. */
export const PEACE: readonly Step[] = [FAIR_WEATHER]

/** Redis forgets all that it knew, of windows, too, while bots write on. */
export const EMPTIED: readonly Step[] = [FAIR_WEATHER, { atMs: 12_000, kind: 'empty' }]

/** One of two is told to end, and comes back at once. */
export const ROLLOUT: readonly Step[] = [
  FAIR_WEATHER,
  { atMs: 6_000, kind: 'stop', victim: 'dispatcher-0', downMs: 500 },
]

/** A record that kills whoever reads it, among ordinary ones. */
export const DEADLY: readonly Step[] = [FAIR_WEATHER, { atMs: 5_000, kind: 'deadly' }]

/** Where nobody dies: a 429 whose reader is killed is known to nobody, and none of those is held against a build. */
export const THROTTLING: readonly Step[] = [
  { atMs: 0, kind: 'weather', faults: [{ action: 'latency', delayMs: 50, jitterMs: 400 }] },
  {
    atMs: 4_000,
    kind: 'weather',
    faults: [
      ...TENANTS.map((account) => ({ action: 'throttle', retryAfterSeconds: 6, account, count: 2 }) as const),
      { action: 'latency', delayMs: 50, jitterMs: 400 },
    ],
  },
]
