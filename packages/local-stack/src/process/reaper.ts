import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('reaper.mjs', import.meta.url))
const pids = new Set<number>()
let reaper: ChildProcess | undefined

/** Has the process group of `pid` ended as soon as this process is gone, however it goes. */
export function reapWithMe(pid: number): void {
  pids.add(pid)
  if (reaper === undefined) reaper = startReaper()
  else tell(reaper, `+${pid}`)
}

/** The group has ended: its id may belong to somebody else from now on. */
export function forgetToReap(pid: number): void {
  pids.delete(pid)
  if (reaper !== undefined) tell(reaper, `-${pid}`)
}

function startReaper(): ChildProcess {
  // Detached: a signal to the parent's whole process group must not reach it.
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} })
  child.once('error', () => undefined)
  child.once('exit', () => {
    reaper = pids.size > 0 ? startReaper() : undefined
  })
  child.stdin?.on('error', () => undefined)
  child.unref()
  // A child's stdin is a socket, typed as a mere Writable.
  ;(child.stdin as unknown as { unref?: () => void } | null)?.unref?.()
  for (const pid of pids) tell(child, `+${pid}`)
  return child
}

function tell(child: ChildProcess, line: string): void {
  child.stdin?.write(`${line}\n`)
}
