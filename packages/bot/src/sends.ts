import { messageIdOf } from '@imchannel/events'
import { OutcomeElsewhere, SendFailed } from './errors.ts'
import type { BotOutcome } from './outcome.ts'

/** Something sent: it is in Kafka, and its outcome will come. Promises that nobody looks at do no harm. */
export interface Sent {
  readonly commandId: string
  /** Infobip's id of the message, known before it is sent. */
  readonly messageId: string
  /** Resolves when Infobip has taken it. @throws SendFailed, OutcomeElsewhere */
  readonly accepted: Promise<BotOutcome>
  /** Resolves when it is on the phone. @throws SendFailed, OutcomeElsewhere */
  readonly delivered: Promise<BotOutcome>
  /** Resolves when the customer has read it, which may be never. @throws SendFailed, OutcomeElsewhere */
  readonly seen: Promise<BotOutcome>
  /** Resolves with why it was rejected, expired or not delivered; stays open while all is well. @throws OutcomeElsewhere */
  readonly rejected: Promise<BotOutcome>
}

/** What was sent by this process and still has an outcome to come. */
export interface Sends {
  /** To be called before the command is published, as its outcome may be there first. `partition` is that of the conversation. */
  track(tenant: string, commandId: string, partition?: number): Sent
  settle(outcome: BotOutcome): void
  /** Gives up what belongs to other partitions than these. */
  keep(partitions: readonly number[]): void
  giveUp(reason: string): void
}

interface Tracked {
  /** When it is given up, by `performance.now()`. */
  readonly dueAt: number
  readonly partition: number | undefined
  readonly settle: (outcome: BotOutcome) => void
  readonly giveUp: (error: OutcomeElsewhere) => void
}

/** A message that nobody reads would be remembered for ever; the oldest go first. Some 20 MB. */
const MAX_TRACKED = 10_000

export function createSends(waitMs: number): Sends {
  /** In the order in which they were sent, and so in that in which they are given up. */
  const tracked = new Map<string, Tracked>()
  /** One for all: a timer of its own would keep each send until it is over, settled or not. */
  let sweep: NodeJS.Timeout | undefined

  function giveUpLate(): void {
    sweep = undefined
    const now = performance.now()
    for (const [commandId, { dueAt }] of tracked) {
      if (dueAt > now) break
      forget(commandId, `nothing was reported within ${waitMs} ms`)
    }
    sweepLater()
  }

  function sweepLater(): void {
    const [oldest] = tracked.values()
    if (sweep !== undefined || oldest === undefined) return
    sweep = setTimeout(giveUpLate, Math.max(Math.ceil(oldest.dueAt - performance.now()), 0)).unref()
  }

  function forget(commandId: string, reason: string): void {
    tracked.get(commandId)?.giveUp(new OutcomeElsewhere(`${commandId}: ${reason}`))
    tracked.delete(commandId)
  }

  return {
    track: (tenant, commandId, partition) => {
      const { sent, ...entry } = createSent(tenant, commandId, partition)
      forget(commandId, 'it was sent again')
      tracked.set(commandId, { ...entry, dueAt: performance.now() + waitMs })
      sweepLater()
      const [oldest] = tracked.keys()
      if (tracked.size > MAX_TRACKED && oldest !== undefined) forget(oldest, `${MAX_TRACKED} were sent after it`)
      return sent
    },
    settle: (outcome) => {
      tracked.get(outcome.commandId)?.settle(outcome)
      if (outcome.state === 'seen' || isFailure(outcome)) tracked.delete(outcome.commandId)
    },
    keep: (partitions) => {
      for (const [commandId, { partition }] of tracked) {
        if (partition !== undefined && !partitions.includes(partition)) {
          forget(commandId, 'its conversation went to another member of the group')
        }
      }
    },
    giveUp: (reason) => {
      for (const commandId of tracked.keys()) forget(commandId, reason)
    },
  }
}

function isFailure({ state }: BotOutcome): boolean {
  return state === 'rejected' || state === 'expired' || state === 'failed'
}

/** How far each state has come; what came further includes what is before it. */
const STEPS = { accepted: 1, pending: 1, deliveredToOperator: 1, delivered: 2, seen: 3, clicked: 3 } as const

function createSent(
  tenant: string,
  commandId: string,
  partition: number | undefined,
): Omit<Tracked, 'dueAt'> & { sent: Sent } {
  const steps = [1, 2, 3].map(() => quiet<BotOutcome>())
  const rejected = quiet<BotOutcome>()
  const [accepted, delivered, seen] = steps.map((step) => step.promise)
  if (accepted === undefined || delivered === undefined || seen === undefined) throw new Error('there are three steps')
  return {
    partition,
    sent: {
      commandId,
      messageId: messageIdOf(tenant, commandId),
      accepted,
      delivered,
      seen,
      rejected: rejected.promise,
    },
    settle: (outcome) => {
      if (isFailure(outcome)) {
        rejected.resolve(outcome)
        for (const step of steps) step.reject(new SendFailed(outcome))
        return
      }
      const reached = outcome.state in STEPS ? STEPS[outcome.state as keyof typeof STEPS] : 0 // it is in it
      for (const step of steps.slice(0, reached)) step.resolve(outcome)
    },
    giveUp: (error) => {
      for (const one of [...steps, rejected]) one.reject(error)
    },
  }
}

/** A promise whose rejection is no fault of a program that does not look at it. */
function quiet<T>(): PromiseWithResolvers<T> {
  const deferred = Promise.withResolvers<T>()
  deferred.promise.catch(() => undefined)
  return deferred
}
