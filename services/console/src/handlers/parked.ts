import type { Config } from '@imchannel/config'
import { groups, readParkedTopic } from '@imchannel/events'
import { groupOffsets, type KafkaClient, listTopics, offsetsOfTopics } from '@imchannel/kafka'
import { readOldestWaiting, readTroubledSenders } from '../adapters/store/read-parked.ts'
import type { Database } from '../adapters/store/tables.ts'
import { MASKED } from '../domain/mask.ts'
import { timeText } from '../domain/time-text.ts'
import { ConsoleError } from '../errors.ts'
import { type Handler, tenantsOf } from '../http/call.ts'

export interface ParkedHandlersOptions {
  readonly database: Pick<Database, 'read'>
  readonly kafka: KafkaClient
  readonly config: () => Config
  readonly now: () => number
}

/** Commands of accounts that are not well: how many wait, and why, as the latest requests tell. */
export function parkedHandler({ database, kafka, config, now }: ParkedHandlersOptions): Handler<'listParked'> {
  return async (call) => {
    const tenants = tenantsOf(call, 'viewer')
    const { prefix, outbound } = config().topics
    const waiting = await countWaiting(
      kafka,
      groups(prefix).parked,
      outbound.map(({ topic }) => topic),
    ).catch(() => {
      throw new ConsoleError('kafka_unavailable', { retryAfterS: 5 })
    })
    const shown = waiting.filter(({ tenant, count }) => count > 0 && tenants.includes(tenant))
    const [troubled, oldest] = await Promise.all([
      readTroubledSenders(database.read, tenants, now()),
      readOldestWaiting(
        database.read,
        shown.flatMap(({ from }) => from),
      ),
    ])
    return {
      topics: shown.map(({ topic, tenant, count }) => {
        const oldestAt = oldest.get(topic)
        return {
          topic,
          tenant,
          waiting: count,
          ...(oldestAt === undefined ? {} : { oldestAt: timeText(oldestAt) }),
          senders: troubled
            .filter((one) => one.tenant === tenant)
            .map(({ sender, reason, since }) => ({
              sender: MASKED.party(sender),
              reason: MASKED.reason(reason),
              since: timeText(since),
            })),
        }
      }),
    }
  }
}

async function countWaiting(kafka: KafkaClient, group: string, outbound: readonly (string | RegExp)[]) {
  const isOutbound = (name: string): boolean =>
    outbound.some((known) => (typeof known === 'string' ? known === name : name.search(known) >= 0))
  const parked = (await listTopics(kafka)).flatMap((topic) => {
    const read = readParkedTopic(topic)
    return read !== undefined && isOutbound(read.topic) ? [{ topic, tenant: read.tenant }] : []
  })
  const names = parked.map(({ topic }) => topic)
  const [ends, done] = await Promise.all([offsetsOfTopics(kafka, names), groupOffsets(kafka, group, names)])
  return parked.map(({ topic, tenant }) => {
    const finished = new Map((done.get(topic) ?? []).map(({ partition, offset }) => [partition, offset]))
    const open = (ends.get(topic) ?? []).flatMap(({ partition, low, high }) => {
      const known = finished.get(partition) ?? low
      const from = known < low ? low : known
      return from < high ? [{ topic, partition, offset: Number(from), count: Number(high - from) }] : []
    })
    return { topic, tenant, from: open, count: open.reduce((sum, { count }) => sum + count, 0) }
  })
}
