import { KEPT_DAYS, keptTopic } from '@imchannel/events'
import { ensureTopics } from '@imchannel/kafka'
import type { KafkaClient, TopicSpec } from '@imchannel/kafka'
import { untilReady } from '@imchannel/lifecycle'
import type { Logger } from '@imchannel/logging'

/** The topic of statuses as every service makes it where it is missing. */
export function statusTopic(name: string, partitions: number): TopicSpec {
  return keptTopic(name, partitions, { days: KEPT_DAYS.status })
}

export interface EnsureOptions {
  readonly signal: AbortSignal
  readonly log: Logger
}

/** Waits for Kafka and creates the topic if it is missing. Never rejects: without it media are served all the same. */
export async function ensureStatusTopic(
  kafka: KafkaClient,
  topic: TopicSpec,
  { signal, log }: EnsureOptions,
): Promise<void> {
  try {
    const { missing } = await untilReady(async () => ensureTopics(kafka, [topic]), {
      signal,
      onFailure: (error, attempt) => {
        if (attempt === 1) log.warn({ fn: 'kafka' }, `Kafka is not to be reached, so events wait: ${String(error)}`)
      },
    })
    for (const { name, problem } of missing)
      log.warn({ fn: 'kafka' }, `topic ${name} is missing and could not be created: ${problem}`)
  } catch {
    // Stopped before Kafka came.
  }
}
