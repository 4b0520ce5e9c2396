import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const LISTENING = '0A'

/**
 * The process that listens on a port; undefined where nobody does, or where the system does not say who.
 * @param guess who it is, most likely: the quicker answer if so
 */
export function portOwner(port: number, guess?: number): Promise<number | undefined> {
  return process.platform === 'linux' ? ownerByProc(port, guess) : ownerByLsof(port)
}

async function ownerByLsof(port: number): Promise<number | undefined> {
  const listed = promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'])
  return listed.then(
    ({ stdout }) => Number.parseInt(stdout, 10) || undefined,
    () => undefined,
  )
}

/** The kernel lists sockets by inode, and each process's open files by the same. Others' files are root's alone to see. */
async function ownerByProc(port: number, guess: number | undefined): Promise<number | undefined> {
  const sockets = new Set<string>()
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(1)
    for (const line of lines) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state === LISTENING && Number.parseInt(local.split(':')[1] ?? '', 16) === port)
        sockets.add(`socket:[${inode}]`)
    }
  }
  if (sockets.size === 0) return undefined
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  for (const pid of guess === undefined ? all : [guess, ...all]) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')))
    if (targets.some((target) => sockets.has(target))) return pid
  }
  return undefined
}
