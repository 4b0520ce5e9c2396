import { askVersion } from './ask-version.mjs'
import { findExecutables } from './find-executables.mjs'

/**
 * The command line that runs pip here.
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]] | undefined}
 */
export function findPip(env) {
  for (const name of ['pip3', 'pip']) {
    for (const command of findExecutables(name, env)) {
      if (askVersion(command, ['--version'], env)?.startsWith('pip ')) return [command]
    }
  }
  for (const command of findExecutables('python3', env)) {
    if (askVersion(command, ['-m', 'pip', '--version'], env)) return [command, '-m', 'pip']
  }
  return undefined
}
