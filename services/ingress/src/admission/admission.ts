import { performance } from 'node:perf_hooks'
import { type Account, createBudget, TENANTS_SHARE } from './budget.ts'
import { createFairQueue } from './fair-queue.ts'
import { MEMORY_PER_BYTE, MEMORY_PER_WEBHOOK } from './memory-room.ts'
import { createWorkRate } from './work-rate.ts'

export interface AdmissionOptions {
  /** Memory that all webhooks may hold. */
  readonly memory: () => number
  readonly deadlineMs: () => number
  /** Whether Kafka answers. */
  readonly isReady: () => boolean
  readonly now?: () => number
}

/** Lets in what can be stored in time. */
export interface Admission {
  /**
   * Judged at the headers, by when it would be done. Undefined where that is too late: then nothing is to be read of it.
   *
   * @param bytes of the body, as far as they are known
   */
  enter(tenant: string, bytes: number): Admitted | undefined
  /** Memory that is held. */
  used(): number
}

/** A webhook that has been let in. */
export interface Admitted {
  /** Room for so many bytes more of the body. */
  take(bytes: number): boolean
  give(bytes: number): void
  /** How many bytes more there is room for at most. */
  free(): number
  /** Resolves when its work may begin: false where it could not end in time any more. */
  turn(deadlineAt: number): Promise<boolean>
  /** Gives everything back. Once. */
  leave(isDone: boolean): void
}

/** What a webhook costs beside its bytes, in bytes: a webhook of one result takes as long as a thousand bytes of a large one. */
const COST_PER_WEBHOOK = 700
/** What is expected to be done before the rest of the deadline is needed for the work itself, for Kafka and the answer. */
const QUEUE_SHARE = 0.4
/** A body whose sender says that it is long counts as so much until it is there. */
const MOST_EXPECTED = 1024 * 1024
/** In work at once: eight webhooks of 500 results, enough to keep Kafka busy; more only makes each turn of the loop longer. */
const WORK_ROOM = 1_500_000
/** What one webhook takes of it at most, so that others' work goes on beside the largest. */
const MOST_WORK = 0.75 * WORK_ROOM
/** Begun in one turn of the event loop: one webhook of 500 results. Whoever is refused, or connects, waits for the turn's end. */
const BEGUN_A_TURN = 150_000
/** Turns before the next is begun: in each of them Node takes one new connection, and Kafka gets one step further. */
const TURNS_BETWEEN = 8
/** Between two looks at what waits while nothing ends. */
const LOOK_MS = 100
/** What is left of the deadline, at least and at most, for a webhook to be begun. */
const LEAST_LEFT = 0.15
const MOST_LEFT = 0.6

interface Waiting {
  /** Of the room for work. */
  readonly cost: number
  readonly work: Account
  readonly deadlineAt: number
  begin(isInTime: boolean): void
}

/**
 * One door and one budget: memory by what a webhook becomes, time by when it would be done, work in bounded amounts. Tenants take
 * turns and none takes all of any of the three, also while Kafka does not answer.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { deadlineMs, isReady, now = () => performance.now() } = options
  const rate = createWorkRate({ now, activeMs: () => performance.eventLoopUtilization().active })
  const memory = createBudget(options.memory, TENANTS_SHARE)
  // What fits into the room for work is tried whatever the rate, so that a recovery is seen.
  const time = createBudget(
    () => Math.max(WORK_ROOM, isReady() ? rate.perMs() * QUEUE_SHARE * deadlineMs() : 0),
    TENANTS_SHARE,
  )
  const work = createBudget(() => WORK_ROOM, TENANTS_SHARE)
  const queue = createFairQueue<Waiting>()
  let isPumping = false
  let looks: NodeJS.Timeout | undefined

  function isTooLate({ cost, deadlineAt }: Waiting): boolean {
    const [whole, left] = [deadlineMs(), deadlineAt - now()]
    const expected = work.used() === 0 ? 0 : (1.5 * (work.used() + cost)) / rate.perMs()
    return left < Math.min(MOST_LEFT * whole, Math.max(LEAST_LEFT * whole, expected))
  }

  function judge({ cost, work: account }: Waiting): 'take' | 'skip-owner' | 'stop' {
    if (work.used() === 0) account.add(cost)
    else if (work.used() + cost > WORK_ROOM) return 'stop'
    else if (!account.take(cost)) return 'skip-owner'
    return 'take'
  }

  function pump(): void {
    if (isPumping) return
    for (const late of queue.drop(isTooLate)) late.begin(false)
    let begun = 0
    for (let next = queue.take(judge); next !== undefined; next = queue.take(judge)) {
      next.begin(true)
      begun += next.cost
      if (begun < BEGUN_A_TURN) continue
      isPumping = true
      afterTurns(TURNS_BETWEEN, () => {
        isPumping = false
        pump()
      })
      break
    }
    rate.waits(queue.size() > 0)
    if (queue.size() === 0) {
      clearInterval(looks)
      looks = undefined
    } else looks ??= setInterval(pump, LOOK_MS)
  }

  return {
    used: () => memory.used(),
    enter: (tenant, bytes) => {
      const accounts = { memory: memory.open(tenant), time: time.open(tenant), work: work.open(tenant) }
      const expected = Math.min(bytes, MOST_EXPECTED) + COST_PER_WEBHOOK
      // Tenants take turns: what others were let in with, before Kafka became slow, does not stand before it.
      if (!accounts.time.take(expected) && !accounts.time.takeEqualPart(expected)) return undefined
      if (!accounts.memory.take(MEMORY_PER_WEBHOOK)) {
        accounts.time.close()
        return undefined
      }
      return {
        take: (more) => accounts.memory.take(more * MEMORY_PER_BYTE),
        give: (less) => accounts.memory.give(less * MEMORY_PER_BYTE),
        free: () => Math.floor(memory.free() / MEMORY_PER_BYTE),
        turn: (deadlineAt) => {
          const length = (accounts.memory.held() - MEMORY_PER_WEBHOOK) / MEMORY_PER_BYTE
          const cost = length + COST_PER_WEBHOOK
          accounts.time.add(cost - accounts.time.held())
          const { promise, resolve } = Promise.withResolvers<boolean>()
          queue.add(tenant, { cost: Math.min(cost, MOST_WORK), work: accounts.work, deadlineAt, begin: resolve })
          pump()
          return promise
        },
        leave: (isDone) => {
          if (isDone) rate.note(accounts.time.held())
          for (const account of Object.values(accounts)) account.close()
          if (queue.size() > 0) pump()
        },
      }
    },
  }
}

function afterTurns(count: number, goOn: () => void): void {
  setImmediate(() => (count > 1 ? afterTurns(count - 1, goOn) : goOn()))
}
