import { spawn } from 'node:child_process'
import { Refusal } from './say.mjs'

/**
 * Runs a package manager to its end, its output shown.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, quiet?: boolean }} options
 * @returns {Promise<void>}
 */
export function runClient(command, args, { cwd, env, quiet = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        said = (said + chunk).slice(-4_000)
      })
    }
    const failed = (/** @type {string} */ why) =>
      reject(
        new Refusal(
          `${said}${command} ${args[0]} ${why}. Is the network there? What has arrived is kept: start again.`,
        ),
      )
    child.once('error', (error) => failed(`could not run (${error.message})`))
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : failed(`ended with ${signal ?? `exit code ${code}`}`),
    )
  })
}
