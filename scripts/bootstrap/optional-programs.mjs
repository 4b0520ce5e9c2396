import { findExecutables } from '../../packages/local-stack/src/machine/find-executables.mjs'

/** What runs differently on another Redis: what its scripts, replies and files are like. */
const REDIS_SUITES = [
  'packages/fact-store/test',
  'packages/ledger/test',
  'packages/local-stack/test',
  'packages/media-store/test',
  'packages/redis/test',
  'services/dispatcher/test/faults/redis',
  'services/ingress/test/faults/many-copies.test.ts',
  'services/ingress/test/faults/redis-',
  'services/media-server/test/faults/redis-faults.test.ts',
]

/**
 * Programs that a machine may lack without anything being amiss, and the tests that use them where they are. `npm test` must pass
 * without any of them.
 * @type {readonly { names: readonly string[], suites: readonly string[] }[]}
 */
const OPTIONAL_PROGRAMS = [
  { names: ['redis-server', 'valkey-server'], suites: REDIS_SUITES },
  { names: ['kcat'], suites: ['examples/kcat/test'] },
  {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    suites: ['packages/infobip-emulator/test/page.browser.test.ts'],
  },
  { names: ['mvn'], suites: ['examples/java-bot/test', 'packages/local-stack/test/sources.test.ts'] },
  { names: ['helm', 'go'], suites: ['infra/test/helm-chart.test.ts'] },
  { names: ['actionlint', 'go'], suites: ['infra/test/workflows.test.ts'] },
  // Their tests are those of scripts/test-containers.mjs.
  { names: ['docker'], suites: [] },
]

/** Every name that may be missing. */
export const OPTIONAL_NAMES = OPTIONAL_PROGRAMS.flatMap(({ names }) => names)

/**
 * The tests that use what this machine has besides: paths, or their beginnings, as vitest filters by them.
 * @param {NodeJS.ProcessEnv} env
 */
export function suitesOfOptionalPrograms(env) {
  const present = OPTIONAL_PROGRAMS.filter(({ names }) => names.some((name) => findExecutables(name, env).length > 0))
  return [...new Set(present.flatMap(({ suites }) => suites))]
}
