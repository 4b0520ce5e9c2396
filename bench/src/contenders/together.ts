import type { Stage } from '../stage.ts'
import type { Contender, RunningContender } from './contender.ts'

/** Several processes as one contender: they share the load, and their figures are added up. */
export function together(name: string, parts: readonly Contender[]): Contender {
  return {
    name,
    prepare: async () => undefined,
    startIngress: async (stage, prefix) => startAll(parts, (part) => part.startIngress?.(stage, prefix)),
    startDispatcher: async (stage: Stage, prefix, provider) =>
      startAll(parts, (part) => part.startDispatcher?.(stage, prefix, provider)),
  }
}

async function startAll(
  parts: readonly Contender[],
  start: (part: Contender) => Promise<RunningContender> | undefined,
): Promise<RunningContender> {
  await using started = new AsyncDisposableStack()
  const running: RunningContender[] = []
  for (const part of parts) {
    const one = await start(part)
    if (one !== undefined) running.push(started.use(one))
  }
  const [first] = running
  if (first === undefined) throw new Error(`none of ${parts.map(({ name }) => name).join(', ')} can be started`)
  const sum = (figure: (one: RunningContender) => number): number =>
    running.reduce((total, one) => total + figure(one), 0)
  const all = started.move()
  return {
    url: first.url,
    urls: running.flatMap(({ urls }) => urls),
    pid: first.pid,
    memoryMb: () => sum((one) => one.memoryMb()),
    cpuMicros: () => sum((one) => one.cpuMicros()),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
