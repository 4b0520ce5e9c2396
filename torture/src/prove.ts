import { BUILDS, buildEnvOf, soundEnvOf, USUAL } from './builds.ts'
import type { Trial } from './builds.ts'
import { CRIMES, isClean } from './check.ts'
import type { Crime, Verdict } from './check.ts'
import { toReport } from './report.ts'
import { runTorture } from './run-torture.ts'

const RATE = 60
/** The real build in a trial, among the names that can be asked for. */
const soundIn = ({ name }: Trial): string => `as it is, ${name}`
/** Longer than what the slowest sound answer takes: a message taken and not answered, killed, and asked about. */
const DRAIN_MS = 45_000

/**
 * The checker on trial: it must find nothing in the real build, and in each broken one what was broken.
 * @param only part of a build's name: that one alone
 */
export async function prove(say: (line: string) => void, only: string): Promise<boolean> {
  const isAsked = (name: string): boolean => name.toLowerCase().includes(only.toLowerCase())
  const builds = BUILDS.filter(({ name }) => isAsked(name))
  const trials = [...new Set([USUAL, ...BUILDS.map(({ trial = USUAL }) => trial)])]
  const sound = trials.filter((trial) => isAsked(soundIn(trial)))
  if (builds.length === 0 && sound.length === 0)
    throw new Error(
      `--only ${only}: no such build; there are ${[...trials.map(soundIn), ...BUILDS.map(({ name }) => name)].join(', ')}`,
    )
  let proven = true
  const judge = (name: string, { verdict, story }: Tried, caught: boolean): void => {
    proven &&= caught
    if (!caught) [...story, toReport(verdict)].forEach(say)
    const found = CRIMES.filter((crime) => verdict.crimes[crime].length > 0)
    const what = found.map((crime) => `${crime} ${verdict.crimes[crime].length}`).join(', ') || 'nothing'
    say(`${caught ? 'ok    ' : 'FAILED'} ${name}: ${what}`)
  }
  for (const trial of sound) {
    const tried = await run(soundEnvOf(trial), trial)
    judge(soundIn(trial), tried, isClean(tried.verdict))
  }
  for (const build of builds) {
    const tried = await run(buildEnvOf(build), build.trial ?? USUAL)
    judge(
      build.name,
      tried,
      build.convicts.some((crime: Crime) => tried.verdict.crimes[crime].length > 0),
    )
  }
  return proven
}

interface Tried {
  readonly verdict: Verdict
  /** What happened, for who wonders at the verdict. */
  readonly story: readonly string[]
}

async function run(buildEnv: Record<string, string>, trial: Trial): Promise<Tried> {
  const story: string[] = []
  const verdict = await runTorture({
    ...trial,
    seed: 1,
    rate: RATE,
    duplicateCheck: false,
    buildEnv,
    drainMs: DRAIN_MS,
    say: (line) => story.push(line),
  })
  return { verdict, story }
}
