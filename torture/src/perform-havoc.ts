import { setTimeout as sleep } from 'node:timers/promises'
import type { Book } from './book.ts'
import type { Infobip } from './emulator.ts'
import type { Step, Victim } from './havoc.ts'
import { createRenewal } from './renew-topic.ts'
import { writeDeadly } from './write-deadly.ts'
import type { System } from './system.ts'

export interface HavocOptions {
  system: System
  infobip: Infobip
  book: Book
  say: (line: string) => void
}

/** A kill waits so long for a request to meet; one that meets none is counted as such. */
const PATIENCE_MS = 2_000
/** A refusal of Redis waits for longer: without requests it shows nothing, and what one meets alone may be settled otherwise. */
const MEETING_MS = 15_000
const ENOUGH_OPEN = 5
/** A dead process's connections are closed by the kernel at once; the door hears of it within this. */
const HEAR_MS = 500

/**
 * Does what the plan says, when it says it; ends with the plan, when everything that was killed has been started again. On a
 * machine that is late the rest of the plan is as late: what one step needs to be met is not cut short by the one before.
 */
export async function performHavoc(
  plan: { steps: readonly Step[]; lengthMs: number },
  options: HavocOptions,
): Promise<void> {
  let startedAt = Date.now()
  const revivals: Promise<void>[] = []
  let kafkaIsBack = Promise.resolve()
  const dead = new Set<Victim>()
  const changing = new Set<string>()
  const { system, book, say } = options
  const renew = createRenewal({ client: system.client, book, readTopicId: (topic) => system.readTopicId(topic) })
  let isRenewing = false
  for (const step of plan.steps) {
    await sleep(Math.max(0, startedAt + step.atMs - Date.now()))
    startedAt = Date.now() - step.atMs
    if (step.kind === 'weather') {
      await options.infobip.setWeather(step.faults)
      continue
    }
    if (step.kind === 'change') {
      if (!changing.has(step.account)) revivals.push(change(step))
      continue
    }
    if (step.kind === 'renew') {
      // One at a time, and none that the run would have to wait for.
      if (!isRenewing) revivals.push(renewOne())
      continue
    }
    if (step.kind === 'deadly') {
      revivals.push(writeDeadly({ client: system.client, book }))
      continue
    }
    if (step.kind === 'stop') {
      if (!dead.has(step.victim)) revivals.push(stopOne(step))
      continue
    }
    if (step.kind === 'refuse') {
      if (!dead.has('redis')) revivals.push(refuseWrites(step))
      continue
    }
    if (step.kind === 'freeze') {
      if (dead.has('redis')) continue
      const frozen = freezeRedis(step.forMs)
      if (Number.isFinite(step.forMs)) revivals.push(frozen)
      continue
    }
    if (step.kind === 'empty') {
      book.note({ kind: 'change', at: Date.now(), of: 'redis' })
      say(await system.emptyRedis())
      continue
    }
    if (step.kind === 'failover') {
      if (dead.has('redis')) continue
      dead.add('redis')
      book.note({ kind: 'change', at: Date.now(), of: 'redis' })
      say(await system.failOver())
      dead.delete('redis')
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
  await sleep(Math.max(0, startedAt + plan.lengthMs - Date.now()))
  await Promise.all(revivals)

  async function change({ account, change: how, forMs }: Extract<Step, { kind: 'change' }>): Promise<void> {
    changing.add(account)
    for (const state of [how, 'as it was'] as const) {
      book.note({ kind: 'change', at: Date.now(), of: account })
      await system.configure(account, state)
      say(`the account of ${account} is ${state}`)
      await sleep(state === how ? forMs : 0)
    }
    changing.delete(account)
  }

  /** Nothing else happens to Redis meanwhile. */
  async function freezeRedis(forMs: number): Promise<void> {
    dead.add('redis')
    book.note({ kind: 'change', at: Date.now(), of: 'redis' })
    say(await system.freezeRedis(forMs))
    dead.delete('redis')
  }

  async function renewOne(): Promise<void> {
    isRenewing = true
    say(await renew())
    isRenewing = false
  }

  /** Reads are answered; nothing else happens to Redis meanwhile. */
  async function refuseWrites({ why, forMs }: Extract<Step, { kind: 'refuse' }>): Promise<void> {
    dead.add('redis')
    // What is answered meanwhile cannot be written down: that is what it is to meet.
    const { open } = requestsOf('redis', system)
    const deadline = Date.now() + MEETING_MS
    while (open() < ENOUGH_OPEN && Date.now() < deadline) await sleep(1)
    say(`${open()} requests are open`)
    book.note({ kind: 'refusal', at: Date.now() })
    say(await system.refuseWrites(why, forMs))
    dead.delete('redis')
  }

  async function stopOne({ victim, downMs }: Extract<Step, { kind: 'stop' }>): Promise<void> {
    dead.add(victim)
    const end = await system.stop(victim)
    book.note({ kind: 'exit', at: Date.now(), victim, isTold: true, ...end })
    say(`SIGTERM to ${victim}, which ended with ${end.code}`)
    await revive(victim, downMs)
  }

  async function revive(victim: Victim, downMs: number): Promise<void> {
    await sleep(downMs)
    await system.start(victim)
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
  const sends = (by?: Victim): number =>
    doors.infobip.open().filter(({ method, process }) => method === 'POST' && (by === undefined || process === by))
      .length
  switch (victim) {
    case 'dispatcher-0':
    case 'dispatcher-1':
      return {
        open: () => sends(victim),
        // Between the look and the kill it may have been answered: only what broke off was met.
        opensWhenItDies: (at) =>
          doors.infobip.left.some(
            ({ process, method, leftAt = 0 }) =>
              process === victim && method === 'POST' && leftAt >= at && leftAt <= at + HEAR_MS,
          ),
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
