import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { cacheDir } from '../../packages/local-stack/src/cache/cache-dir.mjs'
import { checkout } from './checkout.mjs'
import { say } from './say.mjs'
import { watchNpm } from './watch-npm.mjs'

/** @typedef {{ name: string, command: string, args: string[], limitMs?: number | undefined }} Step */

/** What a tool has to end in once it was told to. */
const GRACE_MS = 15_000

/**
 * What holds for every source file.
 * @type {Step[]}
 */
export const CHECKS = [
  // One program: checked package by package, each would check the sources of all that it depends on again.
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'lint', command: 'oxlint', args: [] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  { name: 'unused code', command: 'knip', args: [] },
]

/**
 * Runs a tool of the workspace on the workspace's Node, its output shown. Gives its exit code; one that is ended because it
 * has not done so by itself within `limitMs` has failed.
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function runStep({ name, command, args, limitMs }, env) {
  const bin = join(checkout, 'node_modules', '.bin')
  const child = spawn(join(bin, command), args, {
    cwd: checkout,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...env,
      PATH: `${bin}${delimiter}${env.PATH ?? ''}`,
      NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(cacheDir(env), 'compile-cache'),
    },
  })
  watchNpm(() => {
    child.kill('SIGTERM')
    process.exit(1)
  }, env)
  // In a terminal Ctrl-C reaches the tool as well: it ends, then this does.
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => child.kill(name))
  const late =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          say(`${name}: ended after ${limitMs / 60_000} min without a result`)
          child.kill('SIGTERM')
          setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
        }, limitMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(late)
      resolve(code ?? 1)
    })
  })
}

/**
 * Runs all of them beside each other, whatever becomes of the first: half of them use one core alone.
 * @param {Step[]} steps
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runSteps(steps, env) {
  const failed = await Promise.all(
    steps.map(async (step) => {
      const startedAt = Date.now()
      const code = await runStep(step, env)
      say(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`)
      return code === 0 ? [] : [step.name]
    }),
  )
  return failed.flat()
}
