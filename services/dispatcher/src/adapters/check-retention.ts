import { describeTopics, listTopics } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { isOutbound, isParkedOutbound } from '../config.ts'
import type { DispatcherSettings } from '../config.ts'

/** Commands would be gone from their topic while they may still wait, without an outcome. */
export class ShortRetention extends Error {
  override name = 'ShortRetention'
}

/** @throws ShortRetention that names each topic which keeps commands for less than they may wait. */
export async function checkRetention(
  client: KafkaClient,
  { outbound, maxAgeMs, topics }: Pick<DispatcherSettings, 'outbound' | 'maxAgeMs' | 'topics'>,
): Promise<void> {
  const names = (await listTopics(client)).filter(
    (name) => isParkedOutbound(outbound(), name) || (!topics.isWritten(name) && isOutbound(outbound(), name)),
  )
  const short = (await describeTopics(client, names)).flatMap(({ name, config }) => {
    // Not told where it may not be read.
    const retentionMs = Number(config?.['retention.ms'] ?? -1)
    return retentionMs >= 0 && retentionMs < maxAgeMs() ? [`${name} (${retentionMs} ms)`] : []
  })
  if (short.length === 0) return
  throw new ShortRetention(
    `commands may wait for ${maxAgeMs()} ms (maxAge), and Kafka keeps them for less: ${short.join(', ')}. Raise retention.ms of the topics, or lower maxAge`,
  )
}
