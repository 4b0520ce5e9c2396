import { pathToFileURL } from 'node:url'
import { checkout } from '@imchannel/local-stack'
import type { Crime } from './check.ts'

/** A build with one promise broken, and what must be found of it: one of these crimes at least. */
export interface Build {
  name: string
  replaces: string
  by: string
  convicts: readonly Crime[]
}

const SERVICE = 'services/dispatcher/src/service.ts'

export const BUILDS: readonly Build[] = [
  { name: 'ledger left out', replaces: SERVICE, by: 'ledger-left-out', convicts: ['doubled', 'blind'] },
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
    replaces: 'services/dispatcher/src/adapters/log-questions.ts',
    by: 'logs-not-asked',
    convicts: ['blind'],
  },
  { name: 'random messageIds', replaces: SERVICE, by: 'random-message-ids', convicts: ['doubled', 'blind'] },
  {
    name: 'tokens not counted',
    replaces: 'packages/events/src/commands/sketch-command.ts',
    by: 'tokens-not-counted',
    convicts: ['unknown'],
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
    replaces: 'services/dispatcher/src/engine/resolve-unknown.ts',
    by: 'refuses-what-it-began',
    convicts: ['contradicted'],
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
  { name: 'Retry-After ignored', replaces: SERVICE, by: 'retry-after-ignored', convicts: ['impatient'] },
]

/** The environment in which a service is that build. */
export function buildEnvOf({ replaces, by }: Build): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${urlOf('torture/src/sabotage/substitute.mjs')}`,
    TORTURE_REPLACES: urlOf(replaces),
    TORTURE_BY: urlOf(`torture/src/sabotage/${by}.ts`),
  }
}

function urlOf(path: string): string {
  return pathToFileURL(`${checkout}${path}`).href
}
