import type { Attributes } from '@opentelemetry/api'
import { createHistogramStore } from './histogram-store.ts'
import type { HistogramStore } from './histogram-store.ts'

/** A label's value; one that is undefined is left out. */
export type LabelValue = string | number | undefined

/** Takes in a duration in seconds for one combination of labels, whose values are given in the order of their names. */
export type Timings<Names extends readonly string[]> = (
  seconds: number,
  values: { readonly [Index in keyof Names]: LabelValue },
) => void

const stores = new Map<string, HistogramStore>()

/** Every histogram that was made here; the metric reader has them told with those of the SDK. */
export function timingStores(): IterableIterator<HistogramStore> {
  return stores.values()
}

/**
 * A histogram of durations for hot paths. The SDK's sorts and serialises its attributes for each value, and has no bound ones:
 * 5 kB and some 3 µs each. This one looks its buckets up by its labels' values, and is read when the metrics are.
 *
 * A name that is given twice is one histogram, as it is with a meter.
 */
export function createTimings<const Names extends readonly string[]>(
  name: string,
  options: { readonly description: string; readonly buckets: readonly number[]; readonly labels: Names },
): Timings<Names> {
  const { description, buckets, labels } = options
  const store = stores.get(name) ?? createHistogramStore({ name, description, buckets })
  stores.set(name, store)
  return (seconds, values) => store.record(seconds, values.join('\n'), () => attributesOf(labels, values))
}

function attributesOf(labels: readonly string[], values: readonly LabelValue[]): Attributes {
  return Object.fromEntries(labels.flatMap((label, at) => (values[at] === undefined ? [] : [[label, values[at]]])))
}
