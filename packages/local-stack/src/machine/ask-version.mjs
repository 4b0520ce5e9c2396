import { spawnSync } from 'node:child_process'

/**
 * What a program prints about itself, stdout and stderr together; undefined when it cannot run.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function askVersion(command, args, env) {
  const result = spawnSync(command, args, { env, encoding: 'utf8', timeout: 30_000 })
  return result.status === 0 ? result.stdout + result.stderr : undefined
}
