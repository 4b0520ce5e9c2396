import { budgetRecord } from '@imchannel/events'
import type { KeptBudgets } from '@imchannel/fact-store'
import { readTopics } from '@imchannel/kafka'
import type { IncomingRecord, KafkaClient, OutgoingRecord, PartitionPlace } from '@imchannel/kafka'

/** What the compacted topic has of each tenant. */
export function readKept(client: KafkaClient, topic: string): Promise<Map<string, KeptBudgets>> {
  const kept = new Map<string, KeptBudgets>()
  const take = (record: IncomingRecord): void => {
    const found = keptIn(record)
    if (found !== undefined) kept.set(...found)
  }
  return readTopics(client, [topic], async (reader) => {
    const bounds = await reader.bounds()
    const endOf = (place: PartitionPlace): number =>
      bounds.find(({ partition }) => partition === place.partition)?.high ?? 0
    let places = bounds.map(({ topic: name, partition, low }): PartitionPlace => ({
      topic: name,
      partition,
      offset: low,
    }))
    for (;;) {
      places = places.filter((place) => place.offset < endOf(place))
      if (places.length === 0) return kept
      places = await reader.fetch(places, { take })
    }
  })
}

function keptIn({ value }: IncomingRecord): [tenant: string, kept: KeptBudgets] | undefined {
  const read = budgetRecord.safeParse(readJson(value))
  if (!read.success) return undefined
  const { tenant, places, counts } = read.data
  return [tenant, { places: new Map(Object.entries(places)), counts }]
}

function readJson(value: Buffer | null): unknown {
  try {
    return value === null ? undefined : JSON.parse(value.toString())
  } catch {
    return undefined
  }
}

export function keptRecord(
  topic: string,
  tenant: string,
  { places, counts }: KeptBudgets,
  now: number,
): OutgoingRecord {
  const value = { tenant, at: new Date(now).toISOString(), places: Object.fromEntries(places), counts }
  return { topic, key: tenant, value: JSON.stringify(value), headers: {} }
}
