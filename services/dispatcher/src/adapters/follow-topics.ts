import type { Config } from '@imchannel/config'
import { MissingTopics } from '@imchannel/kafka'
import type { OrderedConsumer } from '@imchannel/kafka'
import { untilReady } from '@imchannel/lifecycle'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { commandTopicNames } from '../config.ts'

export interface TopicFollowerOptions {
  consumer: Pick<OrderedConsumer, 'subscribe' | 'unsubscribe'>
  /** Makes what is missing. */
  prepare: () => Promise<string[]>
  signal: AbortSignal
  log: Logger
}

/**
 * Takes up command topics that a changed configuration names, and lets go of those that it names no longer: what stands in
 * them is read once they are named again.
 */
export function createTopicFollower(options: TopicFollowerOptions): (next: Config, previous: Config) => void {
  const { consumer, prepare, signal, log } = options

  async function make(): Promise<void> {
    const created = await untilReady(prepare, {
      signal,
      onFailure: (error) => {
        log.warn({ fn: 'topics' }, line`${raw(error instanceof Error ? error.message : String(error))}`)
        // Consumed as soon as somebody else has made them.
        if (error instanceof MissingTopics) throw error
      },
    })
    if (created.length > 0) log.info({ fn: 'topics' }, line`created topics ${raw(created.join(', '))}`)
  }

  return (next, previous) => {
    const before = commandTopicNames(previous.topics.outbound)
    const now = commandTopicNames(next.topics.outbound)
    const added = now.filter((name) => !before.includes(name))
    const removed = before.filter((name) => !now.includes(name))
    if (removed.length > 0) consumer.unsubscribe(removed)
    if (added.length === 0) return
    consumer.subscribe(added)
    // Stopped, or told in a line.
    make().catch(() => undefined)
  }
}
