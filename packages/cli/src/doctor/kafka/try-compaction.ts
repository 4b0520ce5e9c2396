import { setTimeout as sleep } from 'node:timers/promises'
import { durationText } from '../../session/read-values.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Scratch } from './scratch.ts'

const { ok, warning, untried } = findingsOf('kafka')
/** A cleaner with nothing to do looks again after 15 s (`log.cleaner.backoff.ms`); twice that, and some. */
const PATIENCE_MS = 40_000
const SEGMENT_MS = 500
const LOOK_EVERY_MS = 2_000
const VERSIONS = ['1', '2', '3']

/** Does a compacted topic come down to the last record of each key? */
export async function tryCompaction(scratch: Scratch): Promise<Finding[]> {
  const made = await scratch.create('compacted', {
    partitions: 1,
    config: { 'cleanup.policy': 'compact', 'segment.ms': String(SEGMENT_MS), 'min.cleanable.dirty.ratio': '0.01' },
  })
  if (!made.ok) {
    return [untried(`Compaction: no compacted topic could be made (${made.reason}).`, 'Allow this user to CREATE it.')]
  }
  const start = performance.now()
  const { topic } = made
  const before = await scratch.mark(topic)
  const write = async (key: string, value: string): Promise<void> =>
    void (await scratch.publish([{ topic, key, value }]))
  for (const value of VERSIONS) await write('doctor', value)
  while (performance.now() - start < PATIENCE_MS) {
    await sleep(LOOK_EVERY_MS, undefined, { signal: scratch.signal })
    // Only a segment that is closed is compacted, and only a write closes one.
    await write('closes the segment', '')
    const kept = (await scratch.read(topic, before)).filter(({ key }) => String(key) === 'doctor')
    if (kept.length === 1 && String(kept[0]?.value) === VERSIONS.at(-1))
      return [ok(`A compacted topic came down to its last values within ${durationText(performance.now() - start)}.`)]
  }
  return [
    warning(
      `A compacted topic still had all its values after ${durationText(PATIENCE_MS)}.`,
      'Compacted topics would grow for ever: look at log.cleaner.enable and at how far behind the cleaner is. A managed cluster may compact hours later.',
    ),
  ]
}
