import { defineConfig, type TestUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { IMAGE_TESTS } from './scripts/bootstrap/integration-suite.mjs'

/** They take minutes: begun last, one of them would leave the other workers idle. vitest itself begins with the largest files. */
const LONGEST = [
  'services/dispatcher/test/faults/redis.test.ts',
  'services/dispatcher/test/faults/parking.test.ts',
  'packages/kafka/test/kafkajs.test.ts',
  'services/ingress/test/faults/process-ends.test.ts',
  'services/dispatcher/test/faults/costly-records.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((file) => moduleId.endsWith(file))
  return rank === -1 ? LONGEST.length : rank
}

const NO_TESTS = ['**/node_modules/**', '**/dist/**', '**/template/**']
/** What needs no more than this process: tests beside their sources, and those of pure functions against what others have written. */
const UNIT = [
  '{packages,services,examples}/*/src/**/*.test.ts',
  '{torture,bench}/src/**/*.test.ts',
  'packages/{events,infobip}/test/*.test.ts',
  'services/*/test/{contract,docs,domain}/**/*.test.ts',
]

// Bots of others and the tests' own readers use kafkajs as it comes, whose timer Node warns of; packages/kafka repairs it.
const execArgv = ['--disable-warning=TimeoutNegativeWarning']

/** Tests with a Kafka, a Redis, and processes of their own. */
export const integration = {
  include: ['{packages,services,examples,infra,scripts,torture,bench}/**/*.test.ts'],
  // What tries images is run by vitest.containers.config.ts.
  exclude: [...NO_TESTS, ...UNIT, ...IMAGE_TESTS],
  globalSetup: ['packages/testkit/src/global-setup.ts'],
  setupFiles: ['packages/testkit/src/secrets/watch-answers.ts'],
  execArgv,
} satisfies TestUserConfig

/** Node itself refuses such a test a process or a worker. There is nothing to clear away between files, so they share processes. */
const unit = {
  include: UNIT,
  exclude: NO_TESTS,
  isolate: false,
  execArgv: [...execArgv, '--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-addons', '--allow-wasi'],
} satisfies TestUserConfig

export const shared = {
  pool: 'forks',
  // For two cores. A test waits for most of its time, for sessions to end and leases to run out: two of them kept a third of the
  // cores busy, servers and processes included.
  maxWorkers: 3,
  sequence: { sequencer: LongestFirst },
  // They only end what would never end, on a machine that is busy with much else. Longer than any single wait in a test or a
  // hook, so that what fails is the wait, which says what did not come.
  testTimeout: 120_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 60_000 } },
} satisfies TestUserConfig

export default defineConfig({
  test: {
    ...shared,
    projects: [
      { extends: true, test: { name: 'unit', ...unit } },
      { extends: true, test: { name: 'integration', ...integration } },
    ],
  },
})
