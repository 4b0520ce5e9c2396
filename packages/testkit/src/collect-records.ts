import { Kafka, logLevel } from 'kafkajs'
import { uniqueName } from './unique-name.ts'
import { waitUntil } from './wait-until.ts'

export interface CollectedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

export interface RecordCollector extends AsyncDisposable {
  /** Everything on the topics so far, in the order of arrival here; each partition's order is kept. */
  readonly records: readonly CollectedRecord[]
}

/** Reads topics from their beginning with a plain Kafka consumer, as somebody from outside would. The topics are there, or about to be. */
export async function collectRecords(brokers: readonly string[], topics: readonly string[]): Promise<RecordCollector> {
  const kafka = new Kafka({ clientId: 'collector', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: uniqueName('collector'), maxWaitTimeInMs: 100 })
  const records: CollectedRecord[] = []
  await consumer.connect()
  // A broker may hear of a topic a moment after whoever created it.
  const subscribe = async (): Promise<boolean> => {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    return true
  }
  await waitUntil(subscribe, { what: `the broker knows ${topics.join(', ')}` }).catch(async (error: unknown) => {
    await consumer.disconnect()
    throw error
  })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const headers = Object.fromEntries(
        Object.entries(message.headers ?? {}).map(([name, value]) => [name, value?.toString() ?? '']),
      )
      records.push({
        topic,
        partition,
        offset: message.offset,
        key: message.key?.toString() ?? null,
        value: message.value,
        headers,
      })
    },
  })
  return { records, [Symbol.asyncDispose]: () => consumer.disconnect() }
}
