import { cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What the figures were measured on, in one line. */
export function describeMachine(): string {
  const processors = cpus()
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${gib} GiB, ${platform()} ${release()}, Node ${process.versions.node}, load ${loadNow().toFixed(1)}`
}

/** Processes that ran or wanted to in the last minute: above 1, the figures share the machine with something else. */
export function loadNow(): number {
  return loadavg()[0] ?? 0
}
