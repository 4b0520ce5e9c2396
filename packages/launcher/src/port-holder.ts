import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const LISTENING = '0A'

/** Who listens on a port, such as `node (process 4711)`; undefined where the system does not say. */
export async function portHolder(port: number): Promise<string | undefined> {
  const pid = process.platform === 'linux' ? await holderByProc(port) : await holderByLsof(port)
  if (pid === undefined) return undefined
  return `${(await commandOf(pid)) ?? 'a program'} (process ${pid})`
}

async function holderByLsof(port: number): Promise<number | undefined> {
  const text = await output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'])
  return text === undefined ? undefined : Number(text.split('\n')[0])
}

/** The kernel lists sockets by inode, and each process's open files by the same. Others' files are root's alone to see. */
async function holderByProc(port: number): Promise<number | undefined> {
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
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')))
    if (targets.some((target) => sockets.has(target))) return Number(pid)
  }
  return undefined
}

async function commandOf(pid: number): Promise<string | undefined> {
  return (await output('ps', ['-o', 'comm=', '-p', String(pid)]))?.trim().split('/').at(-1)
}

async function output(command: string, args: string[]): Promise<string | undefined> {
  return promisify(execFile)(command, args).then(
    ({ stdout }) => (stdout.trim() === '' ? undefined : stdout),
    () => undefined,
  )
}
