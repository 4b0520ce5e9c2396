import type { Logger } from '@imchannel/logging'
import type { Progress } from '../http/api/session.ts'
import type { PartitionLag } from '@imchannel/kafka'

/** Fewer are what has just come, and not a reading. */
const BEHIND = 2_000
const SAY_MS = 5_000

export interface ProgressOptions {
  readonly lag: () => readonly PartitionLag[]
  readonly missing: () => readonly string[]
  /** Records that the store has, asked now and then. */
  readonly records: () => Promise<number>
  readonly log: Logger
}

/** How far the store is behind Kafka: asked for by pages, said in the log while it is being filled. */
export function createProgress({ lag, missing, records, log }: ProgressOptions) {
  let known = 0
  let before = { behind: 0, at: performance.now() }
  let perSecond = 0
  let wasReading = false

  const behind = (): number => lag().reduce((sum, one) => sum + (one.lag ?? 0), 0)

  async function look(): Promise<void> {
    const counted = await records().catch(() => known)
    const at = performance.now()
    perSecond = Math.max(0, ((counted - known) / (at - before.at)) * 1000)
    known = counted
    before = { behind: behind(), at }
    const { reading } = view()
    if (reading && before.behind > 0)
      log.info({ fn: 'projection' }, `reads: ${before.behind} records behind, ${Math.round(perSecond)} a second`)
    else if (wasReading && !reading) log.info({ fn: 'projection' }, `has read all: ${known} records`)
    wasReading = reading
  }

  function view(): Progress {
    const open = behind()
    const partitions = lag()
    // A partition in which nothing was ever written stays unknown; before there is any, everything is.
    const reading = open > BEHIND || partitions.every((one) => one.lag === undefined)
    return {
      reading,
      behind: open,
      records: known,
      readPerSecond: Math.round(perSecond),
      ...(reading && perSecond > 0 ? { remainingSeconds: Math.ceil(open / perSecond) } : {}),
      missingTopics: [...missing()],
    }
  }

  const timer = setInterval(() => void look(), SAY_MS)
  timer.unref()
  return { view, behind, stop: () => clearInterval(timer) }
}
