import type { SendMessage } from '@imchannel/events'
import { isComplete, judgeWindow, type WindowFact } from '@imchannel/facts'
import type { GateReading } from './gate-reading.ts'

/** When a command is judged, and by what was read of its customer. */
export interface JudgedMoment {
  readonly command: Pick<SendMessage, 'sendAt'>
  /** Undefined where nothing was read. */
  readonly reading: GateReading | undefined
  /** The handling's clock, by which the reading is dated, ms. */
  readonly nowMs: number
  /** This machine's clock, for where Redis's is not known, ms since 1970. */
  readonly now: number
}

export interface WindowAt {
  readonly window: WindowFact
  /** Now, and when the message goes: Redis's time, ms since 1970. */
  readonly time: number
  readonly goesAt: number
  /** Of the reading. */
  readonly ageMs: number
}

/** The customer's window when the message goes. */
export function windowAt({ command, reading, nowMs, now }: JudgedMoment): WindowAt {
  const { customer, atMs = nowMs } = reading ?? {}
  const ageMs = Math.max(0, nowMs - atMs)
  // Redis's time: that of a machine that is wrong would open and close windows.
  const time = customer === undefined ? now : customer.readAt + ageMs
  const goesAt = command.sendAt === undefined ? time : Math.max(time, Date.parse(command.sendAt))
  const window: WindowFact =
    customer === undefined
      ? { state: 'unknown', why: 'unread' }
      : judgeWindow(customer.window, goesAt, { isComplete: isComplete(customer.coverage, time) })
  return { window, time, goesAt, ageMs }
}
