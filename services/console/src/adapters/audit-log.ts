import { randomUUID } from 'node:crypto'
import {
  auditRecordedEvent,
  conversationIdOf,
  conversationKey,
  encodeEvent,
  KEPT_DAYS,
  keptTopic,
  type Topics,
} from '@imchannel/events'
import { ensureTopics, type KafkaClient, type Producer } from '@imchannel/kafka'
import type { Signer } from '../auth/signer.ts'
import { ConsoleError } from '../errors.ts'
import type { WriteAudit } from '../handlers/write-audit.ts'

/** Somebody waits for it. */
const DEADLINE_MS = 5_000

export interface AuditLogOptions {
  readonly kafka: KafkaClient
  readonly producer: Producer
  readonly topics: Topics
  readonly partitions: number
  readonly signer: Signer
  /** A tenant’s `forgetSecret`: then whoever has it can tell what conversation was meant, on any store. */
  readonly secretOf: (tenant: string) => string | undefined
  readonly now: () => number
}

/** Writes down what people do, before it is done. */
export function createAuditLog(options: AuditLogOptions): WriteAudit {
  const { kafka, producer, topics, partitions, signer, secretOf, now } = options
  let made: Promise<unknown> | undefined

  async function ensure(): Promise<void> {
    const spec = keptTopic(topics.audit, partitions, { days: KEPT_DAYS.audit })
    made ??= ensureTopics(kafka, [spec])
    await made.catch((error: unknown) => {
      made = undefined
      throw error
    })
  }

  function idOf(tenant: string, key: string): string {
    const secret = secretOf(tenant)
    return secret === undefined ? signer.sign('conversation', key).slice(0, 22) : conversationIdOf(secret, key)
  }

  return async ({ parties, place, detail, ...entry }) => {
    const { tenant } = entry
    const conversation = parties && idOf(tenant, conversationKey({ tenant, ...parties }))
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
