import { execFileSync } from 'node:child_process'

const POLL_MS = 500

/**
 * Calls `onGone` when the npm that runs this process is no more. A process learns of its parent's death by looking: npm
 * has no reason to close anything of ours. Some systems put a shell in between, which would live on.
 * @param {() => void} onGone
 * @param {NodeJS.ProcessEnv} env
 */
export function watchNpm(onGone, env) {
  if (!env.npm_lifecycle_event) return
  const parent = process.ppid
  const grandparent = isShell(parent) ? Number(ask(parent, 'ppid')) : undefined
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || isAlive(grandparent))) return
    clearInterval(timer)
    onGone()
  }, POLL_MS)
  timer.unref()
}

/** @param {number} pid */
function isShell(pid) {
  return /(^|\/)-?(ba|da|z|a)?sh\b/.test(ask(pid, 'comm'))
}

/**
 * @param {number} pid
 * @param {'ppid' | 'comm'} field
 */
function ask(pid, field) {
  try {
    return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
