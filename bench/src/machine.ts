import { cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What the figures were measured on, in one line. */
export function describeMachine(): string {
  const processors = cpus()
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${gib} GiB, ${platform()} ${release()}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`
}
