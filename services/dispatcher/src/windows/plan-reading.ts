import { WINDOW_MS } from '@imchannel/facts'
import type { PartReading, Places } from '@imchannel/fact-store'
import type { FoundPlace, PartitionBounds } from '@imchannel/kafka'

/** The name under which it is kept how far a partition was read: another topic of the same name has another. */
export function placeName({ topic, topicId, partition }: Omit<PartitionBounds, 'low' | 'high'>): string {
  return topicId === undefined ? `${topic}:${partition}` : `${topic}~${topicId.slice(0, 8)}:${partition}`
}

/** Where to read on; or why all is read anew. */
export type Resumption =
  | { readonly kind: 'resume'; readonly places: Places }
  | { readonly kind: 'anew'; readonly why: 'emptied' | 'replaced' | 'removed' }

/**
 * Reads on from where the part that was read least stands. `replaced`: a topic was made anew, or has lost its end. `removed`:
 * records are gone that were not read.
 */
export function planReading(
  parts: readonly (PartReading | undefined)[],
  bounds: readonly PartitionBounds[],
): Resumption {
  const places = new Map<string, number>()
  for (const bound of bounds) {
    const name = placeName(bound)
    const read = parts.map((part) => part?.places.get(name))
    const least = Math.min(...read.map((at) => at ?? 0))
    if (least > bound.high) return { kind: 'anew', why: 'replaced' }
    places.set(name, least)
  }
  if (parts.some((part) => part === undefined)) return { kind: 'anew', why: 'emptied' }
  const isReplaced = parts.some((part) => [...(part?.places.keys() ?? [])].some((name) => !places.has(name)))
  if (isReplaced) return { kind: 'anew', why: 'replaced' }
  const isRemoved = bounds.some((bound) => (places.get(placeName(bound)) ?? 0) < bound.low)
  return isRemoved ? { kind: 'anew', why: 'removed' } : { kind: 'resume', places }
}

/** Clocks of those who write records may be so far behind Redis's. */
const CLOCKS_MS = 600_000

/** From when on it is read where nothing is known: whatever opens a window now came later. */
export function startOf(now: number): number {
  return now - WINDOW_MS - CLOCKS_MS
}

export interface Beginnings {
  readonly now: number
  /** Of the topic in which customers' messages stand. */
  readonly bounds: readonly PartitionBounds[]
  /** The first records since `startOf(now)`, and the first that there are. */
  readonly found: readonly FoundPlace[]
  readonly first: readonly FoundPlace[]
  /** The topic was made anew: what its former records said is not in it. */
  readonly isReplaced: boolean
  /** Records leave it only when they are older than windows are. */
  readonly isKeptLongEnough: boolean
}

/**
 * Since when everything is known that customers wrote, once it has been read. A topic in which nothing is older than a day has begun
 * since, and with it this gateway: what customers wrote to their business before, nobody knows here.
 */
export function completeFrom({ now, bounds, found, first, isReplaced, isKeptLongEnough }: Beginnings): number {
  if (isReplaced) return now
  const began = bounds.some(({ low }, index) => low > 0 || (found[index]?.offset ?? 0) > low)
    ? startOf(now)
    : Math.min(now, ...first.flatMap(({ timestamp }) => timestamp ?? []))
  if (isKeptLongEnough) return began
  const cut = bounds.flatMap(({ low }, index) => (low > 0 ? (first[index]?.timestamp ?? now) : []))
  return Math.max(began, ...cut)
}

/** Whether a topic's settings take records away that may open a window; where they may not be read, what the documents ask for holds. */
export function isKeptLongEnough(config: Readonly<Record<string, string>> | undefined): boolean {
  const ms = Number(config?.['retention.ms'] ?? -1)
  const bytes = Number(config?.['retention.bytes'] ?? -1)
  return (ms < 0 || ms >= WINDOW_MS + CLOCKS_MS) && bytes < 0
}
