import { randomUUID } from 'node:crypto'
import { auditRecordedEvent, conversationKey, encodeEvent, type Topics } from '@imchannel/events'
import { ensureTopics, type KafkaClient, type Producer } from '@imchannel/kafka'
import type { Signer } from '../auth/signer.ts'
import { ConsoleError } from '../errors.ts'
import type { WriteAudit } from '../handlers/write-audit.ts'

const KEPT_MS = 400 * 86_400_000
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024
/** Somebody waits for it. */
const DEADLINE_MS = 5_000

export interface AuditLogOptions {
  readonly kafka: KafkaClient
  readonly producer: Producer
  readonly topics: Topics
  readonly partitions: number
  readonly signer: Signer
  readonly now: () => number
}

/** Writes down what people do, before it is done. */
export function createAuditLog({ kafka, producer, topics, partitions, signer, now }: AuditLogOptions): WriteAudit {
  let made: Promise<unknown> | undefined

  async function ensure(): Promise<void> {
    const spec = {
      name: topics.audit,
      partitions,
      replication: 3,
      config: { 'retention.ms': String(KEPT_MS), 'max.message.bytes': String(MAX_MESSAGE_BYTES) },
    }
    made ??= ensureTopics(kafka, [spec])
    await made.catch((error: unknown) => {
      made = undefined
      throw error
    })
  }

  return async ({ parties, place, detail, ...entry }) => {
    const { tenant } = entry
    const conversation = parties && signer.sign('conversation', conversationKey({ tenant, ...parties })).slice(0, 22)
    const event = auditRecordedEvent(
      {
        ...entry,
        via: 'console',
        ...(conversation === undefined ? {} : { conversation }),
        ...(place === undefined ? {} : { place }),
        ...(detail === undefined ? {} : { detail }),
      },
      { at: new Date(now()).toISOString(), actionId: randomUUID() },
    )
    const detailText = `it must stand in ${topics.audit} first, and Kafka did not take it`
    await ensure().catch(() => {
      throw new ConsoleError('kafka_unavailable', { detail: detailText, retryAfterS: 5 })
    })
    const [result] = await producer.publish([encodeEvent(event, topics)], { deadlineMs: DEADLINE_MS })
    if (result?.kind !== 'stored') throw new ConsoleError('kafka_unavailable', { detail: detailText, retryAfterS: 5 })
  }
}
