import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** @typedef {{ pid: number, startedAt: string, token: string }} Owner */

/**
 * Takes a lock file, or tells who holds it. A dead owner's lock is taken over.
 * @param {string} file
 * @returns {{ release: () => void } | { heldBy: Owner }}
 */
export function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true })
  const mine = { pid: process.pid, startedAt: startOf(process.pid) ?? '', token: randomUUID() }
  // Written whole under another name first: nobody ever reads half an owner.
  const draft = `${file}.${mine.token}`
  writeFileSync(draft, JSON.stringify(mine))
  try {
    for (;;) {
      if (link(draft, file)) return { release: () => release(file, mine) }
      const owner = readOwner(file)
      if (owner === undefined) continue
      if (isAlive(owner)) return { heldBy: owner }
      removeStale(file, owner)
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * Runs `work` while no other process does, and waits for its turn.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(owner: Owner) => void} [onWait] told once, when another process has it
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  let told = false
  for (;;) {
    const lock = tryLock(file)
    if ('release' in lock) {
      try {
        return await work()
      } finally {
        lock.release()
      }
    }
    if (!told) onWait?.(lock.heldBy)
    told = true
    await sleep(200)
  }
}

/**
 * @param {string} file
 * @param {Owner} mine
 */
function release(file, mine) {
  if (readOwner(file)?.token === mine.token) rmSync(file, { force: true })
}

/**
 * Two processes can find the same dead owner: what was moved away is looked at again, and a living one's lock put back.
 * @param {string} file
 * @param {Owner} dead
 */
function removeStale(file, dead) {
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  if (readOwner(aside)?.token !== dead.token) link(aside, file)
  rmSync(aside, { force: true })
}

/**
 * @param {string} from
 * @param {string} to
 */
function link(from, to) {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/**
 * @param {string} file
 * @returns {Owner | undefined}
 */
function readOwner(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {Owner} owner */
function isAlive(owner) {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false
  }
  // After a reboot the number may be another process's.
  const startedAt = startOf(owner.pid)
  return startedAt !== undefined && (owner.startedAt === '' || startedAt === owner.startedAt)
}

/**
 * When a process began, in whatever form the system tells it; undefined for one that is gone or a zombie.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
      return fields[0] === 'Z' ? undefined : fields[19]
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}
