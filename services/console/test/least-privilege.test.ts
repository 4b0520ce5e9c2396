import { readFileSync } from 'node:fs'
import { encodeEvent } from '@imchannel/events'
import { createKafkaClient, createProducer, ensureTopics, readRange } from '@imchannel/kafka'
import { checkout } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { documentedAcls, openAcls, startSecureKafka, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { createTopicLog, receivedFrom, sendCommand } from './seed.ts'
import { stageConsole } from './start-console.ts'

/** The user of infra/redis/users.acl, under a name of this test's. */
async function redisUser(): Promise<string> {
  const { redisUrl } = testStack()
  const line = /^user imchannel-console on (.*)$/m.exec(readFileSync(`${checkout}infra/redis/users.acl`, 'utf8'))
  const [name, password] = [uniqueName('console'), uniqueName('password')]
  const rules = (line?.[1] ?? '').split(' ').map((rule) => (rule.startsWith('>') ? `>${password}` : rule))
  const admin = createRedis({ url: redisUrl }, { name: 'admin', commandTimeoutMs: 5_000, onError: () => undefined })
  onTestFinished(async () => {
    await admin.call('ACL', 'DELUSER', name)
    admin.disconnect()
  })
  await admin.call('ACL', 'SETUSER', name, 'on', ...rules)
  const url = new URL(redisUrl)
  Object.assign(url, { username: name, password })
  return url.href
}

async function stageKafka(prefix: string) {
  const password = uniqueName('console-password')
  const secured = await startSecureKafka({
    users: { console: password },
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  })
  onTestFinished(() => secured[Symbol.asyncDispose]())
  const client = createKafkaClient({ brokers: secured.brokers }, { clientId: 'super' })
  const names = ['inbound', 'status', 'account', 'unrecognised', 'attempts', 'cost', 'audit', 'outbound']
  await ensureTopics(
    client,
    [...names, 'outbound.deadletter', 'outbound.parked.acme'].map((name) => ({
      name: `${prefix}.${name}`,
      partitions: 2,
      replication: 1,
    })),
  )
  const acls = await openAcls(secured.brokers)
  await acls.grant(documentedAcls(prefix))
  await acls[Symbol.asyncDispose]()
  const producer = createProducer(client)
  onTestFinished(() => producer.close())
  const { cert, listeners } = secured
  const sasl = { mechanism: 'scram-512', username: 'console', password }
  return {
    producer,
    settings: { brokers: [listeners.SASL], ssl: { ca: cert }, sasl },
    read: async (name: string) => {
      const values: string[] = []
      for await (const { value } of readRange(client, { topic: `${prefix}.${name}` })) values.push(String(value))
      return values
    },
  }
}

test('the console works with the rights that the documentation lists for it, in Kafka and in Redis, and no more', async () => {
  const prefix = uniqueName('least')
  const { producer, settings, read } = await stageKafka(prefix)
  await using stage = await stageConsole({
    kafka: settings,
    redis: { url: await redisUser() },
    topics: { prefix, partitions: 2 },
  })
  const customer = '351927482662'
  const command = sendCommand('c-1', customer, 'Hello')
  const { record } = createTopicLog().letter(command, 0, { 'imchannel-source-topic': `${prefix}.outbound` })
  const headers = Object.fromEntries(
    Object.entries(record.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const { key, value } = record
  const results = await producer.publish([
    { ...encodeEvent(receivedFrom(customer, 1)), topic: `${prefix}.inbound` },
    { topic: `${prefix}.outbound.deadletter`, key, value, headers },
    { topic: `${prefix}.outbound.parked.acme`, key, value },
  ])
  expect(results.filter(({ kind }) => kind !== 'stored')).toEqual([])

  const console = await stage.start()
  const { conversations } = await waitUntil(
    async () => {
      const { body } = await console.post('/v1/search', { query: customer })
      const found = body as { conversations: { id: string; records: number }[] } // as the API describes it
      return found.conversations[0]?.records === 3 ? found : undefined
    },
    { what: 'all three are read' },
  )
  const session = (await console.get('/v1/session')) as { progress: { missingTopics: string[] } } // as the API describes it
  expect(session.progress.missingTopics).toEqual([])

  const [conversation] = conversations
  expect((await console.post(`/v1/conversations/${conversation?.id}/reveal`, {})).status).toBe(200)
  const { letters } = (await console.get('/v1/deadletters')) as { letters: { id: string }[] } // as the API describes it
  const replay = await console.post(`/v1/deadletters/${letters[0]?.id}/replay`, {})
  expect(replay).toMatchObject({ status: 200, body: { state: 'replayed' } })
  expect(await read('outbound')).toEqual([JSON.stringify(command)])
  expect((await read('audit')).map((entry) => (JSON.parse(entry) as { action: string }).action)).toEqual(
    expect.arrayContaining(['reveal', 'replay']),
  )
  expect(await console.get('/v1/parked')).toMatchObject({
    topics: [{ tenant: 'acme', waiting: 1, oldestAt: expect.any(String) }],
  })
})
