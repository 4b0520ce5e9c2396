import { readFileSync } from 'node:fs'

/** Linux counts in ticks of 10 ms (USER_HZ), whatever the kernel's own timer does. */
const tickMicros = 10_000

/** User and system time of a process, all its threads. Linux only, as the whole harness is. */
export function cpuMicrosOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field, the program's name, may hold spaces and brackets; after it come fields 3, 4, …
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user = 0, system = 0] = [fields[11], fields[12]].map(Number)
  return (user + system) * tickMicros
}

export function memoryMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}
