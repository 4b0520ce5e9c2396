import { metrics } from '@opentelemetry/api'
import { line, raw, type Logger } from '@imchannel/logging'
import type { Resumption } from './plan-reading.ts'

/** One function for each thing that happens to the reading of windows; none of them throws. */
export interface WindowInstruments {
  /** This instance reads from now on. */
  begun: (why: Resumption, left: number) => void
  progressed: (left: number) => void
  /** All that was there at this time (ms) has been read. */
  completed: (at: number) => void
  /** This instance reads no longer. */
  ended: () => void
  wentBack: (reason: string) => void
  /** Nothing is read, and windows are unknown, until somebody does what the text says. */
  turnedOff: (text: string) => void
  failed: (error: unknown) => void
}

/** Beyond this a reading takes long enough for somebody to ask where it is. */
const LONG = 10_000
const LINE_MS = 10_000

export function createWindowInstruments(log: Logger): WindowInstruments {
  const meter = metrics.getMeter('imchannel')
  const gauge = (name: string, description: string, unit?: string) =>
    meter.createObservableGauge(`imchannel.windows.${name}`, { description, ...(unit === undefined ? {} : { unit }) })
  const rereads = meter.createCounter('imchannel.windows.rereads', {
    description: 'Times that windows were read anew, or on from where they had gone back to, by why',
  })
  for (const why of ['emptied', 'replaced', 'removed', 'behind']) rereads.add(0, { why })
  let left: number | undefined
  let completedAt: number | undefined
  let isOff = false
  let isLong = false
  let total = 0
  let saidAt = -Infinity
  let failedAt = -Infinity
  const said = new Set<string>()

  gauge('left', 'Records that are still to be read into the windows, by the instance that reads').addCallback(
    (result) => {
      if (left !== undefined) result.observe(left)
    },
  )
  gauge('age', 'Since the windows were complete, by the instance that reads', 's').addCallback((result) => {
    if (completedAt !== undefined) result.observe((Date.now() - completedAt) / 1_000)
  })
  gauge('off', '1 where windows cannot be read, and are unknown').addCallback((result) => result.observe(isOff ? 1 : 0))

  return {
    begun: (why, count) => {
      isOff = false
      said.clear()
      left = total = count
      isLong = count > LONG
      saidAt = performance.now()
      if (why.kind === 'anew') rereads.add(1, { why: why.why })
      if (why.kind === 'anew' || isLong) {
        const how = why.kind === 'anew' ? `anew (${why.why})` : 'on'
        log.info({ fn: 'windows' }, line`windows are read ${raw(how)}: ${count} records to read`)
      }
    },
    progressed: (count) => {
      left = count
      if (!isLong || performance.now() - saidAt < LINE_MS) return
      saidAt = performance.now()
      log.info({ fn: 'windows' }, line`windows: ${total - count} of ${total} records are read`)
    },
    completed: (at) => {
      if (isLong) log.info({ fn: 'windows' }, 'windows are complete')
      isLong = false
      completedAt = at
    },
    ended: () => {
      left = completedAt = undefined
    },
    wentBack: (reason) => {
      rereads.add(1, { why: 'behind' })
      log.warn({ fn: 'windows' }, line`windows are unknown until they have been read again: ${raw(reason)}`)
    },
    turnedOff: (text) => {
      isOff = true
      if (said.has(text)) return
      said.add(text)
      log.warn({ fn: 'windows' }, line`windows are unknown, and sending goes on without them: ${raw(text)}`)
    },
    failed: (error) => {
      if (performance.now() - failedAt < LINE_MS) return
      failedAt = performance.now()
      log.warn(
        { fn: 'windows' },
        line`windows are not read: ${raw(error instanceof Error ? error.message : String(error))}`,
      )
    },
  }
}
