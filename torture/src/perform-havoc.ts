import { setTimeout as sleep } from 'node:timers/promises'
import type { Book } from './book.ts'
import type { Infobip } from './emulator.ts'
import type { Step, Victim } from './havoc.ts'
import type { System } from './system.ts'

export interface HavocOptions {
  system: System
  infobip: Infobip
  book: Book
  say: (line: string) => void
}

/** A kill waits so long for a request to meet; one that meets none is counted as such. */
const PATIENCE_MS = 2_000
/** A dead process's connections are closed by the kernel at once; the door hears of it within this. */
const HEAR_MS = 500

/** Does what the plan says, when it says it; ends when everything that was killed has been started again. */
export async function performHavoc(steps: readonly Step[], options: HavocOptions): Promise<void> {
  const startedAt = Date.now()
  const revivals: Promise<void>[] = []
  let kafkaIsBack = Promise.resolve()
  const dead = new Set<Victim>()
  for (const step of steps) {
    await sleep(Math.max(0, startedAt + step.atMs - Date.now()))
    if (step.kind === 'weather') {
      await options.infobip.setWeather(step.faults)
      continue
    }
    // While Kafka is away nothing else is in the middle of anything: a kill would meet nobody.
    await kafkaIsBack
    const victims = step.victims.filter((victim) => !dead.has(victim))
    await Promise.all(victims.map((victim) => killOne(victim, options)))
    for (const victim of victims) {
      dead.add(victim)
      const revival = revive(victim, step.downMs)
      revivals.push(revival)
      if (victim === 'kafka') kafkaIsBack = revival
    }
  }
  await Promise.all(revivals)

  async function revive(victim: Victim, downMs: number): Promise<void> {
    await sleep(downMs)
    await options.system.start(victim)
    dead.delete(victim)
  }
}

async function killOne(victim: Victim, { system, book, say }: HavocOptions): Promise<void> {
  const { open, opensWhenItDies } = requestsOf(victim, system)
  const deadline = Date.now() + PATIENCE_MS
  while (open() === 0 && Date.now() < deadline) await sleep(1)
  const metNow = open() > 0
  const at = Date.now()
  await system.kill(victim)
  await sleep(HEAR_MS)
  const met = opensWhenItDies === undefined ? metNow : opensWhenItDies(at)
  book.note({ kind: 'kill', at, victim, met })
  say(`kill -9 ${victim}${met ? '' : ' (no request was open)'}`)
}

/** What a kill of this victim can meet: requests that it makes, requests that it serves, or those that need it. */
function requestsOf(
  victim: Victim,
  { doors }: System,
): { open: () => number; opensWhenItDies?: (at: number) => boolean } {
  const sends = (): number => doors.infobip.open().filter(({ method }) => method === 'POST').length
  switch (victim) {
    case 'dispatcher-0':
    case 'dispatcher-1':
      // Whose they are shows when they break off.
      return {
        open: sends,
        opensWhenItDies: (at) => doors.infobip.left.some(({ leftAt = 0 }) => leftAt >= at && leftAt <= at + HEAR_MS),
      }
    case 'ingress-0':
      return { open: () => doors.ingress.open(0).length }
    case 'ingress-1':
      return { open: () => doors.ingress.open(1).length }
    case 'media-server':
      return { open: () => doors.media.open().length }
    case 'kafka':
    case 'redis':
      return { open: () => sends() + doors.ingress.open().length }
  }
}
