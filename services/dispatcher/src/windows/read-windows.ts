import { setImmediate as turnEnd, setTimeout as sleep } from 'node:timers/promises'
import type { PartReading, Stretch, WindowReading } from '@imchannel/fact-store'
import type { ForgettingReading, WindowSighting } from '@imchannel/facts'
import type { IncomingRecord, PartitionBounds, PartitionPlace, TopicReader } from '@imchannel/kafka'
import { completeFrom, isKeptLongEnough, placeName, planReading, startOf, type Resumption } from './plan-reading.ts'
import { mayHoldError, sightingOfRecord } from './sighting-of-record.ts'

/** The windows in Redis are older than what was read into them: it has gone back, or was emptied. */
export class WentBack extends Error {
  override name = 'WentBack'
}

/** Somebody else holds the lease. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

export interface WindowReadingOptions {
  readonly reader: TopicReader
  readonly windows: WindowReading
  readonly topics: { readonly inbound: string; readonly status: string }
  /** Whose windows may not come back; absent where nobody can be forgotten. The reader reads the audit as well. */
  readonly forgetting?: WindowForgetting | undefined
  /** Whether other topics are to be read from now on. */
  readonly isStale: () => boolean
  /** Takes or keeps the lease; Redis's time. @throws LeaseLost */
  readonly keepLease: () => Promise<number>
  /** Settings of the topic in which customers' messages stand, where they may be read. */
  readonly inboundConfig: () => Promise<Readonly<Record<string, string>> | undefined>
  readonly onBegun: (why: Resumption, left: number) => void
  /** So many records are left to read, up to the ends that were asked for last. */
  readonly onProgress: (left: number) => void
  /** All is read up to ends that were asked for at this time (ms, this machine's). */
  readonly onComplete: (at: number) => void
  /** Reports of these tenants, of just now, say that templates are not what was known of them. */
  readonly onStaleTemplates: (tenants: ReadonlySet<string>) => void
  readonly signal: AbortSignal
}

export interface WindowForgetting extends ForgettingReading {
  isForgotten(seen: WindowSighting, writtenAt: number): boolean
}

/** Who would call a window closed waits for the next reading; a few requests each time are what that costs. */
const PAUSE_MS = 300
/** Of so many records, and those of one fetch more, windows go to Redis at once: it is held up by them for some milliseconds. */
const MOST_SIGHTINGS = 200
const LEASE_EVERY_MS = 1_000
/** Templates are listed more often than this. */
const LISTED_MS = 600_000

/** Reads windows until the signal fires, or other topics are to be read. @throws WentBack, LeaseLost, and where Kafka or Redis cannot be used */
export async function readWindows(options: WindowReadingOptions): Promise<void> {
  const { keepLease, signal } = options
  let now = await keepLease()
  let bounds = await look(options)
  const ids = new Map(bounds.map(({ topic, topicId }) => [topic, topicId]))
  const places = await begin(options, { now, bounds })
  while (!signal.aborted && !options.isStale()) {
    await readTo(options, { bounds, places, endsTakenAt: now })
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    now = await keepLease()
    bounds = await look(options)
    checkBounds(bounds, { places, ids })
  }
}

/** The ends of what windows are made of. Whoever was forgotten before they were asked for is known. */
async function look({ reader, topics, forgetting }: WindowReadingOptions): Promise<PartitionBounds[]> {
  const bounds = await reader.bounds()
  await forgetting?.readOn(reader, bounds)
  return bounds.filter(({ topic }) => topic === topics.inbound || topic === topics.status)
}

/** @throws WentBack where a topic is another one by now, or has lost records that were not read: a new beginning judges that */
function checkBounds(
  bounds: readonly PartitionBounds[],
  { places, ids }: { places: ReadonlyMap<string, number>; ids: ReadonlyMap<string, string | undefined> },
): void {
  for (const bound of bounds) {
    // A partition that was added is read from its beginning.
    const place = places.get(placeName(bound)) ?? 0
    if (ids.get(bound.topic) !== bound.topicId || place < bound.low || place > bound.high)
      throw new WentBack(`${bound.topic} has lost records, or was made anew`)
  }
}

interface Moment {
  readonly now: number
  readonly bounds: readonly PartitionBounds[]
}

/** The places to read from, by name. */
async function begin(options: WindowReadingOptions, { now, bounds }: Moment): Promise<Map<string, number>> {
  const { windows, reader, topics, inboundConfig, onBegun } = options
  const plan = planReading(await windows.parts(), bounds)
  if (plan.kind === 'resume') {
    onBegun(plan, leftOf(bounds, plan.places))
    return new Map(plan.places)
  }
  const found = await reader.placesAt(startOf(now))
  const first = await reader.placesAt(0)
  const isInbound = ({ topic }: { topic: string }): boolean => topic === topics.inbound
  const from = completeFrom({
    now,
    bounds: bounds.filter(isInbound),
    found: found.filter(isInbound),
    first: first.filter(isInbound),
    isReplaced: plan.why === 'replaced',
    isKeptLongEnough: isKeptLongEnough(await inboundConfig()),
  })
  const reading: PartReading = {
    from,
    places: new Map(bounds.map((bound) => [placeName(bound), Math.min(bound.high, placeIn(found, bound))])),
  }
  await windows.begin(reading)
  onBegun(plan, leftOf(bounds, reading.places))
  return new Map(reading.places)
}

function placeIn(found: readonly PartitionPlace[], { topic, partition, low }: PartitionBounds): number {
  return found.find((one) => one.topic === topic && one.partition === partition)?.offset ?? low
}

function leftOf(bounds: readonly PartitionBounds[], places: ReadonlyMap<string, number>): number {
  return bounds.reduce((sum, bound) => sum + Math.max(0, bound.high - (places.get(placeName(bound)) ?? 0)), 0)
}

/** @throws WentBack */
async function advance(windows: WindowReading, stretch: Stretch): Promise<void> {
  if ((await windows.advance(stretch)) === 'behind') throw new WentBack('Redis has gone back, or was emptied')
}

interface Ends {
  readonly bounds: readonly PartitionBounds[]
  readonly endsTakenAt: number
  /** Moved on. */
  readonly places: Map<string, number>
}

/** Reads up to the ends, and has that written with what was read last. */
async function readTo(options: WindowReadingOptions, { bounds, places, endsTakenAt }: Ends): Promise<void> {
  const { reader, windows, topics, forgetting, keepLease, signal, onProgress, onComplete, onStaleTemplates } = options
  const takenAt = Date.now()
  let leaseAt = performance.now()
  let base = new Map(places)
  let seenSince: { seen: WindowSighting; writtenAt: number }[] = []
  const stale = new Set<string>()
  let from: number | undefined
  let writing = Promise.resolve()

  const take = (record: IncomingRecord): void => {
    const seen = sightingOfRecord(record)
    if (seen === undefined) return
    if (seen === 'unreadable') from = Math.max(from ?? 0, record.timestamp + 1)
    else if (!('staleTemplatesOf' in seen)) seenSince.push({ seen, writtenAt: record.timestamp })
    // What was reported long ago has been listed since.
    else if (record.timestamp > takenAt - LISTED_MS) stale.add(seen.staleTemplatesOf)
  }
  const write = async (ends?: number): Promise<void> => {
    const sightings = seenSince.flatMap(({ seen, writtenAt }) =>
      forgetting?.isForgotten(seen, writtenAt) === true ? [] : [seen],
    )
    // With the places where nothing came: they may have gone back as well.
    const stretch = { sightings, base, next: new Map(places), endsTakenAt: ends, from }
    base = new Map(places)
    seenSince = []
    from = undefined
    // One at a time, while the next records are being read.
    await writing
    writing = advance(windows, stretch)
    // Told where it is waited for.
    writing.catch(() => undefined)
  }

  for (;;) {
    const open = bounds.flatMap((bound) => {
      const offset = places.get(placeName(bound)) ?? bound.low
      return offset < bound.high ? [{ bound, offset }] : []
    })
    if (open.length === 0 || signal.aborted) break
    const next = await reader.fetch(
      open.map(({ bound: { topic, partition }, offset }) => ({ topic, partition, offset })),
      { take, isWanted: (topic, bytes) => topic !== topics.status || mayHoldError(bytes) },
    )
    for (const { topic, partition, offset } of next) {
      const bound = bounds.find((one) => one.topic === topic && one.partition === partition)
      if (bound !== undefined) places.set(placeName(bound), offset)
    }
    if (seenSince.length >= MOST_SIGHTINGS) await write()
    onProgress(leftOf(bounds, places))
    if (performance.now() - leaseAt > LEASE_EVERY_MS) {
      leaseAt = performance.now()
      await keepLease()
      // A reading anew may take minutes.
      await forgetting?.readOn(reader, await reader.bounds())
    }
    await turnEnd()
  }
  if (signal.aborted) return
  if (stale.size > 0) onStaleTemplates(stale)
  await write(endsTakenAt)
  await writing
  onProgress(0)
  onComplete(takenAt)
}
