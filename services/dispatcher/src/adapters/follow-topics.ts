import type { Config } from '@imchannel/config'
import { MissingTopics } from '@imchannel/kafka'
import type { OrderedConsumer } from '@imchannel/kafka'
import { untilReady } from '@imchannel/lifecycle'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { commandTopicNames } from '../config.ts'
import { ShortRetention } from './check-retention.ts'

export interface TopicFollowerOptions {
  consumer: Pick<OrderedConsumer, 'subscribe' | 'unsubscribe'>
  /** Makes what is missing. */
  prepare: () => Promise<string[]>
  /** @throws ShortRetention where commands may wait for longer than their topics keep them */
  checkRetention: () => Promise<void>
  signal: AbortSignal
  log: Logger
}

/**
 * Takes up command topics that a changed configuration names, and lets go of those that it names no longer: what stands in
 * them is read once they are named again. What would be refused at a start is said in a line: work goes on meanwhile.
 */
export function createTopicFollower(options: TopicFollowerOptions): (next: Config, previous: Config) => void {
  const { consumer, prepare, checkRetention, signal, log } = options

  const onFailure = (error: unknown): void => {
    log.warn({ fn: 'topics' }, line`${raw(error instanceof Error ? error.message : String(error))}`)
    // Consumed as soon as somebody else has made them; kept for longer once somebody has changed them.
    if (error instanceof MissingTopics || error instanceof ShortRetention) throw error
  }

  async function make(): Promise<void> {
    const created = await untilReady(prepare, { signal, onFailure })
    if (created.length > 0) log.info({ fn: 'topics' }, line`created topics ${raw(created.join(', '))}`)
  }

  return (next, previous) => {
    const before = commandTopicNames(previous.topics.outbound)
    const now = commandTopicNames(next.topics.outbound)
    const added = now.filter((name) => !before.includes(name))
    const removed = before.filter((name) => !now.includes(name))
    if (removed.length > 0) consumer.unsubscribe(removed)
    if (added.length > 0) consumer.subscribe(added)
    // Stopped, or told in a line.
    const made = added.length > 0 ? make().catch(() => undefined) : Promise.resolve()
    if (added.length === 0 && next.maxAgeMs <= previous.maxAgeMs) return
    void made.then(() => untilReady(checkRetention, { signal, onFailure })).catch(() => undefined)
  }
}
