import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { IMAGE_TESTS } from './scripts/bootstrap/integration-suite.mjs'

/** vitest begins with the largest files. This one has its tests elsewhere and takes minutes: begun last, it would leave a core idle. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => Number(isLong(other)) - Number(isLong(one)))
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith('packages/kafka/test/kafkajs.test.ts')
}

export default defineConfig({
  test: {
    include: ['{packages,services,examples,infra,scripts,torture,bench}/**/*.test.ts'],
    // What tries images is run by vitest.containers.config.ts.
    exclude: ['**/node_modules/**', '**/dist/**', '**/template/**', ...IMAGE_TESTS],
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    setupFiles: ['packages/testkit/src/secrets/watch-answers.ts'],
    pool: 'forks',
    // Bots of others and the tests' own readers use kafkajs as it comes, whose timer Node warns of; packages/kafka repairs it.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    // Two cores: more workers than that only make the brokers slower.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // They only end what would never end, on a machine that is busy with much else. Longer than any single wait in a test or a
    // hook, so that what fails is the wait, which says what did not come.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
