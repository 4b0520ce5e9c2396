import { pathToFileURL } from 'node:url'
import { checkout } from '@imchannel/local-stack'
import type { Crime } from './check.ts'
import { DEADLY, EMPTIED, FROZEN, OUTAGE, PEACE, PROOF, REMOVAL, ROLLOUT, THROTTLING } from './havoc.ts'
import type { Step } from './havoc.ts'
import type { RedisKind } from './system.ts'

/** A build with one promise broken, and what must be found of it: one of these crimes at least. */
export interface Build extends Replacement {
  name: string
  /** The blows that it cannot stand, where those that all builds get are not the ones. */
  trial?: Trial
  /** A second module, where one is not enough. */
  also?: Replacement
  convicts: readonly Crime[]
}

/** A module of a service, and the one of `sabotage` that stands in for it. */
export interface Replacement {
  readonly replaces: string
  readonly by: string
}

/** Blows, for how long there is load, and how Redis is reached. */
export interface Trial {
  readonly name: string
  readonly steps: readonly Step[]
  readonly lengthMs: number
  readonly redis: RedisKind
  /** What is so for the sound build, too: how a record can kill that none kills today. */
  readonly world?: Replacement
}

/** What each build gets: the blows, and as long after the last one as everybody was asked to wait. */
export const USUAL: Trial = { name: 'all blows', steps: PROOF, lengthMs: 43_000, redis: 'name' }
const UNDER_SENTINEL: Trial = { name: 'a frozen master', steps: FROZEN, lengthMs: 20_000, redis: 'sentinel' }
const WHILE_REMOVED: Trial = { name: 'a removed account', steps: REMOVAL, lengthMs: 20_000, redis: 'name' }
const WHILE_THROTTLED: Trial = { name: '429', steps: THROTTLING, lengthMs: 15_000, redis: 'name' }
const IN_AN_OUTAGE: Trial = { name: 'an outage', steps: OUTAGE, lengthMs: 40_000, redis: 'name' }

const IN_PEACE: Trial = { name: 'peace', steps: PEACE, lengthMs: 25_000, redis: 'name' }
const WHILE_MINDS_CHANGE: Trial = { name: 'minds that change', steps: PEACE, lengthMs: 45_000, redis: 'name' }
const WITH_REDIS_EMPTIED: Trial = { name: 'Redis emptied', steps: EMPTIED, lengthMs: 20_000, redis: 'name' }
const IN_A_ROLLOUT: Trial = { name: 'a rollout', steps: ROLLOUT, lengthMs: 15_000, redis: 'name' }
const WITH_A_DEADLY_RECORD: Trial = {
  name: 'a deadly record',
  steps: DEADLY,
  lengthMs: 12_000,
  redis: 'name',
  world: { replaces: 'packages/events/src/commands/parse-command.ts', by: 'deadly-to-read' },
}

const SERVICE = 'services/dispatcher/src/service.ts'

export const BUILDS: readonly Build[] = [
  {
    name: 'ledger left out',
    replaces: SERVICE,
    by: 'ledger-left-out',
    also: { replaces: 'services/dispatcher/src/adapters/ledger-watch.ts', by: 'nothing-in-doubt' },
    convicts: ['doubled', 'blind'],
  },
  {
    name: 'lanes left out',
    replaces: 'services/dispatcher/src/domain/lane-of.ts',
    by: 'lanes-left-out',
    convicts: ['reordered'],
  },
  {
    name: 'offset committed early',
    replaces: 'services/dispatcher/src/engine/handle-record.ts',
    by: 'offset-committed-early',
    convicts: ['unknown'],
  },
  {
    name: '200 answered before Kafka',
    replaces: 'services/ingress/src/webhook/publish-events.ts',
    by: 'answered-before-kafka',
    convicts: ['lost'],
  },
  {
    name: 'logs not asked',
    replaces: 'services/dispatcher/src/adapters/log-lookup.ts',
    by: 'logs-not-asked',
    convicts: ['blind'],
  },
  { name: 'random messageIds', replaces: SERVICE, by: 'random-message-ids', convicts: ['doubled', 'blind'] },
  {
    name: 'tokens not counted',
    replaces: 'packages/events/src/commands/sketch-command.ts',
    by: 'tokens-not-counted',
    convicts: ['unknown', 'lost'],
  },
  {
    name: 'a codec not known',
    replaces: 'packages/kafka/src/kafkajs/decompress.ts',
    by: 'codec-unknown',
    convicts: ['unknown'],
  },
  {
    name: 'stays with a former master',
    replaces: 'packages/redis/src/create-redis.ts',
    by: 'stays-with-replica',
    convicts: ['unknown'],
  },
  {
    name: 'refuses what it began',
    replaces: 'services/dispatcher/src/domain/next-step.ts',
    by: 'refuses-what-it-began',
    convicts: ['contradicted'],
  },
  {
    name: 'cuts what is open',
    trial: WHILE_REMOVED,
    replaces: 'packages/infobip/src/client/undici-transport.ts',
    by: 'closes-at-once',
    also: { replaces: 'services/dispatcher/src/adapters/former-accounts.ts', by: 'no-former-accounts' },
    convicts: ['unknown'],
  },
  {
    name: 'topic ids not compared',
    replaces: 'packages/kafka/src/kafkajs/topic-ids.ts',
    by: 'topic-ids-not-compared',
    convicts: ['unknown'],
  },
  {
    name: 'answers forgotten',
    replaces: 'services/dispatcher/src/adapters/until-written.ts',
    by: 'answers-forgotten',
    convicts: ['unknown'],
  },
  {
    name: 'waits for a frozen master',
    trial: UNDER_SENTINEL,
    replaces: 'packages/redis/src/create-redis.ts',
    by: 'waits-for-frozen',
    convicts: ['unknown'],
  },
  {
    name: 'goes past what is parked',
    trial: IN_AN_OUTAGE,
    replaces: 'services/dispatcher/src/adapters/parked-backlog.ts',
    by: 'parked-forgotten',
    convicts: ['reordered'],
  },
  {
    name: 'Retry-After ignored',
    trial: WHILE_THROTTLED,
    replaces: SERVICE,
    by: 'retry-after-ignored',
    convicts: ['impatient'],
  },
  {
    name: 'names shared',
    trial: IN_PEACE,
    replaces: 'packages/config/src/environment-overrides.ts',
    by: 'names-shared',
    convicts: ['ended'],
  },
  {
    name: 'ends without leaving',
    trial: IN_A_ROLLOUT,
    replaces: 'packages/kafka/src/kafkajs/kafkajs-group-session.ts',
    by: 'ends-without-leaving',
    convicts: ['ended'],
  },
  {
    name: 'marks dropped',
    trial: WITH_A_DEADLY_RECORD,
    replaces: 'packages/ledger/src/reading-marks.ts',
    by: 'marks-dropped',
    convicts: ['ended', 'unknown'],
  },
  {
    name: 'closed is said of what is not read',
    trial: WITH_REDIS_EMPTIED,
    replaces: 'packages/facts/src/window/coverage.ts',
    by: 'closed-unread',
    convicts: ['misjudged'],
  },
  {
    name: 'the stop heard last counts',
    trial: WHILE_MINDS_CHANGE,
    replaces: 'packages/facts/src/consent/read-consent.ts',
    by: 'heard-last',
    convicts: ['misjudged'],
  },
  {
    name: 'opt-outs not heeded',
    trial: WHILE_MINDS_CHANGE,
    replaces: 'packages/facts/src/consent/consent.ts',
    by: 'opt-outs-not-heeded',
    convicts: ['misjudged'],
  },
  {
    name: 'budgets not reserved',
    trial: WHILE_MINDS_CHANGE,
    replaces: 'services/dispatcher/src/budgets/budget-books.ts',
    by: 'budgets-not-reserved',
    convicts: ['overspent'],
  },
]

/** The environment in which a service is that build. */
export function buildEnvOf(build: Build): Record<string, string> {
  return envOf(replacementsOf(build))
}

/** The environment of the sound build in a trial. */
export function soundEnvOf({ world }: Trial): Record<string, string> {
  return world === undefined ? {} : envOf(urlsOf([world]))
}

function envOf(replacements: Record<string, string>): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${urlOf('torture/src/sabotage/substitute.mjs')}`,
    TORTURE_REPLACES: JSON.stringify(replacements),
  }
}

/** URLs of modules, each with that of the one in its place. */
export function replacementsOf({ replaces, by, also, trial }: Build): Record<string, string> {
  return urlsOf([{ replaces, by }, ...[also, trial?.world].filter((part) => part !== undefined)])
}

function urlsOf(parts: readonly Replacement[]): Record<string, string> {
  return Object.fromEntries(
    parts.map((part) => [urlOf(part.replaces), urlOf(`torture/src/sabotage/${part.by}.ts`)] as const),
  )
}

function urlOf(path: string): string {
  return pathToFileURL(`${checkout}${path}`).href
}
