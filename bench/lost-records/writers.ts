import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createKafkaClient, createProducer } from '@imchannel/kafka'
import kafkajs from 'kafkajs'

/** An idempotent producer with acks=all, as its own documentation sets one up. */
export interface Writer {
  readonly name: string
  /** @throws where not all of them are confirmed: each may have been stored, or not. */
  send(values: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface Target {
  readonly brokers: string[]
  readonly topic: string
}

export async function ours({ brokers, topic }: Target): Promise<Writer> {
  const producer = createProducer(createKafkaClient({ brokers }, { clientId: 'ours', log: () => undefined }))
  await producer.connect()
  return {
    name: 'packages/kafka',
    send: async (values) => {
      const results = await producer.publish(values.map((value) => ({ topic, key: value, value })))
      const failed = results.find(({ kind }) => kind !== 'stored')
      if (failed !== undefined) throw new Error(`not stored: ${failed.kind}`)
    },
    close: () => producer.close(),
  }
}

export async function plainKafkajs({ brokers, topic }: Target): Promise<Writer> {
  const client = new kafkajs.Kafka({ clientId: 'kafkajs', brokers, logLevel: kafkajs.logLevel.NOTHING })
  const producer = client.producer({ idempotent: true })
  await producer.connect()
  return {
    name: 'kafkajs 2.2.4',
    send: async (values) => {
      await producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: value, value })) })
    },
    close: () => producer.disconnect(),
  }
}

const PLATFORMATIC = '2.12.1'

/** What is used of it. */
interface PlatformaticKafka {
  stringSerializers: object
  Producer: new (options: object) => {
    send(options: { messages: { topic: string; key: string; value: string }[] }): Promise<unknown>
    close(force?: boolean): Promise<void>
  }
}

/** No dependency of the workspace: it is fetched into `folder`. */
export async function platformatic({ brokers, topic }: Target, folder: string): Promise<Writer> {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `@platformatic/kafka@${PLATFORMATIC}`])
  const entry = join(folder, 'node_modules', '@platformatic', 'kafka', 'dist', 'index.js')
  const { Producer, stringSerializers } = (await import(pathToFileURL(entry).href)) as PlatformaticKafka // typed above
  const producer = new Producer({
    clientId: 'platformatic',
    bootstrapBrokers: brokers,
    serializers: stringSerializers,
    idempotent: true,
    acks: -1,
    autocreateTopics: false,
  })
  return {
    name: `@platformatic/kafka ${PLATFORMATIC}`,
    send: async (values) => {
      await producer.send({ messages: values.map((value) => ({ topic, key: value, value })) })
    },
    close: () => producer.close(true),
  }
}
