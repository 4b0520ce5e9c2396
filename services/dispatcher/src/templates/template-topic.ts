import { setTimeout as sleep } from 'node:timers/promises'
import { templateRecord } from '@imchannel/events'
import { createTemplateRegistry } from '@imchannel/facts'
import type { TemplateFact, TemplateList, TemplateQuery, TemplateRegistry, Templates } from '@imchannel/facts'
import { readTopics } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient, PartitionBounds, PartitionPlace, TopicReader } from '@imchannel/kafka'
import { retryDelay } from '../domain/retry-delay.ts'

/** The compacted topic of templates, as one instance has it in memory. */
export interface TemplateTopic extends Templates {
  /** Undefined until the whole topic was read, and again while it cannot be followed. */
  registry(): TemplateRegistry | undefined
  /** The same, once there is one. Rejects where the signal fires. */
  whenWhole(signal: AbortSignal): Promise<TemplateRegistry>
  setLists(lists: readonly TemplateList[]): void
  /** Reads the topic whole and then follows it, until the signal fires. */
  follow(signal: AbortSignal): Promise<void>
}

export interface TemplateTopicOptions {
  readonly client: KafkaClient
  readonly topic: string
  /** What was read longer ago is not known. */
  readonly freshMs: number
  readonly now: () => number
  /** How far the first reading is. */
  readonly onProgress: (records: number) => void
  readonly onWhole: (templates: number) => void
  readonly onFailure: (error: unknown) => void
}

/** Some 2 kB each: what is beyond is more than any portfolio may have, and is not held. */
const MOST_TEMPLATES = 100_000
const PROGRESS_MS = 10_000
/** So late does an instance hear of what another has written. */
const LOOK_MS = 500
const BOUNDS_LOOKS = 60
const WAIT_MS = 100

export function createTemplateTopic(options: TemplateTopicOptions): TemplateTopic {
  const { client, topic, freshMs, now } = options
  let whole: TemplateRegistry | undefined
  let lists: readonly TemplateList[] = []

  /** Takes what there is from these places on; gives where it ended. */
  async function readOn(
    reader: TopicReader,
    from: readonly PartitionPlace[],
    { registry, signal }: { registry: TemplateRegistry; signal: AbortSignal },
  ): Promise<readonly PartitionPlace[]> {
    let places = from
    let [count, saidAt] = [0, performance.now()]
    for (;;) {
      signal.throwIfAborted()
      const next = await reader.fetch(places, {
        take: (record) => {
          take(registry, record)
          count++
        },
      })
      if (sumOf(next) === sumOf(places)) return next
      places = next
      if (performance.now() - saidAt < PROGRESS_MS) continue
      saidAt = performance.now()
      options.onProgress(count)
    }
  }

  async function followOnce(signal: AbortSignal): Promise<void> {
    const registry = createTemplateRegistry({ now, freshMs })
    await readTopics(client, [topic], async (reader) => {
      const bounds = await reader.bounds()
      let places = await readOn(
        reader,
        bounds.map(({ topic, partition, low }) => ({ topic, partition, offset: low })),
        { registry, signal },
      )
      registry.setLists(lists)
      whole = registry
      options.onWhole(registry.size())
      for (let looks = 1; ; looks++) {
        await sleep(LOOK_MS, undefined, { signal })
        places = await readOn(reader, places, { registry, signal })
        // A partition that came later, or another topic under the name, is read from its beginning.
        if (looks % BOUNDS_LOOKS === 0 && nameOf(await reader.bounds()) !== nameOf(bounds)) return
      }
    })
  }

  async function follow(signal: AbortSignal): Promise<void> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await followOnce(signal)
      } catch (error) {
        if (signal.aborted) break
        if (whole !== undefined) failures = 1
        options.onFailure(error)
      } finally {
        // What is not followed may have changed.
        whole = undefined
      }
      await sleep(retryDelay(failures, Math.random()), undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    find: (query: TemplateQuery): TemplateFact => whole?.find(query) ?? { kind: 'unknown' },
    registry: () => whole,
    whenWhole: async (signal) => {
      for (;;) {
        if (whole !== undefined) return whole
        await sleep(WAIT_MS, undefined, { signal })
      }
    },
    setLists: (next) => {
      lists = next
      whole?.setLists(next)
    },
    follow,
  }
}

function sumOf(places: readonly PartitionPlace[]): number {
  return places.reduce((sum, { offset }) => sum + offset, 0)
}

function nameOf(bounds: readonly PartitionBounds[]): string {
  return `${bounds[0]?.topicId} ${bounds.length}`
}

/** @throws where there are more than are held */
function take(registry: TemplateRegistry, { key, value }: IncomingRecord): void {
  if (key === null) return
  if (value === null) return registry.remove(key.toString())
  const read = templateRecord.safeParse(readJson(value))
  // What another version writes, or a stranger: it is not known.
  if (!read.success) return registry.remove(key.toString())
  registry.put(read.data)
  if (registry.size() > MOST_TEMPLATES) throw new Error(`the topic has more than ${MOST_TEMPLATES} templates`)
}

function readJson(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString())
  } catch {
    return undefined
  }
}
