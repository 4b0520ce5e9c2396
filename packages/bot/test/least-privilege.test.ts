import { readFile, writeFile } from 'node:fs/promises'
import { createBot } from '@imchannel/bot'
import { connectEmulator } from '@imchannel/bot/testing'
import { createKafkaClient, createProducer, ensureTopics, growTopic, listTopics, topicOffsets } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import {
  type Acls,
  collectRecords,
  documentedAcls,
  openAcls,
  type RecordCollector,
  type SecureKafka,
  spawnService,
  startSecureKafka,
  startTestSystem,
  startTokenEndpoint,
  testStack,
  type TestSystem,
  type TokenEndpoint,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFailed, onTestFinished } from 'vitest'

// Four principals, each let in in another way; everything that docs/operations.md grants them, and nothing else.

const passwords = { ingress: uniqueName('ingress-password'), bot: uniqueName('bot-password') }
const prefix = uniqueName('least')
const outbound = `${prefix}.outbound`
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
let kafka: SecureKafka
let tokens: TokenEndpoint
let system: TestSystem
let records: RecordCollector
/** Who may do everything, by the plain listener. */
let client: KafkaClient
let acls: Acls

beforeAll(async () => {
  kafka = await startSecureKafka({
    users: passwords,
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'ssl.principal.mapping.rules': 'RULE:^CN=imchannel-test$/dispatcher/',
    },
  })
  tokens = await startTokenEndpoint('media-server')
  client = createKafkaClient({ brokers: kafka.brokers }, { clientId: 'super' })
  acls = await openAcls(kafka.brokers)
  const names = ['inbound', 'status', 'account', 'unrecognised', 'attempts', 'outbound', 'outbound.deadletter']
  await ensureTopics(
    client,
    names.map((name) => ({ name: `${prefix}.${name}`, partitions: 2, replication: 1 })),
  )
  await acls.grant(documentedAcls(prefix))
  system = await startTestSystem({
    brokers: kafka.brokers,
    redisUrl: testStack().redisUrl,
    topicPrefix: prefix,
    kafkaOf: (part) => kafkaOf(part),
    account: { unknownAfterMs: 3_000 },
  })
  records = await collectRecords(
    kafka.brokers,
    names.map((name) => `${prefix}.${name}`),
  )
}, 240_000)

afterAll(async () => {
  await records[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
  await acls[Symbol.asyncDispose]()
  await tokens[Symbol.asyncDispose]()
  await kafka[Symbol.asyncDispose]()
})

function kafkaOf(part: string): Record<string, unknown> {
  const { cert, key, listeners } = kafka
  switch (part) {
    case 'dispatcher':
      return { brokers: [listeners.MTLS], ssl: { ca: cert, cert, key } }
    case 'media-server': {
      const sasl = { mechanism: 'oauthbearer', tokenEndpoint: tokens.url, clientId: 'id', clientSecret: 'secret' }
      return { brokers: [listeners.SASL], ssl: { ca: cert }, sasl }
    }
    default: {
      const sasl = { mechanism: 'scram-512', username: 'ingress', password: passwords.ingress }
      return { brokers: [listeners.SASL], ssl: { ca: cert }, sasl }
    }
  }
}

const credentials = (): string => `Basic ${Buffer.from(`infobip:${system.secrets.webhookPassword}`).toString('base64')}`

async function webhook(result: unknown): Promise<number> {
  const answer = await fetch(`${system.urls.ingress}/${system.tenant}/imchannel/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: credentials() },
    body: JSON.stringify({ results: [result] }),
  })
  return answer.status
}

const recordsOf = (topic: string, text: string) =>
  records.records.filter((record) => record.topic === topic && record.value?.toString().includes(text))

const acceptedOf = (id: string) =>
  recordsOf(`${prefix}.status`, `"${id}"`).filter(({ headers }) => headers['ce_type']?.includes('.accepted.'))

function text(id: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  const { tenant, number: from } = system
  return { id, tenant, from, to: uniqueNumber(), content: { type: 'text', text: id }, ...over }
}

describe('with the privileges that the documentation lists, and no more', { timeout: 240_000 }, () => {
  it('a customer is answered by a bot, with a picture, and all of it is reported', async () => {
    const { cert, listeners } = kafka
    const bot = createBot({
      brokers: [listeners.SASL],
      ssl: { ca: cert },
      sasl: { mechanism: 'plain', username: 'bot', password: passwords.bot },
      tenant: system.tenant,
      topicPrefix: prefix,
      groupId: `${prefix}.shop`,
      attempts: 1,
    })
    onTestFinished(() => bot.stop())
    const states: string[] = []
    bot.onMessage('text', async ({ content }, reply) => {
      if (content.text === 'fail') throw new Error('as it was told to')
      const picture = await reply.image({ base64: png, contentType: 'image/png' }, { caption: 'a picture' })
      states.push((await picture.seen).state)
    })
    await bot.start()
    const customer = connectEmulator(system.urls.emulator).phone(uniqueNumber(), { sender: system.number })
    await customer.says('hello')
    await waitUntil(() => states.length === 1)
    expect(states).toEqual(['seen'])
    // Of the media-server, which Infobip has asked for the picture.
    await waitUntil(() => recordsOf(`${prefix}.status`, '"mediaId"').length > 0)
    // Of the dispatcher, by the way.
    await waitUntil(() => recordsOf(`${prefix}.attempts`, '"endpoint"').length > 0)
    await customer.says('fail')
    const letters = `${prefix}.bot.${prefix}.shop.deadletter`
    await waitUntil(async () => (await topicOffsets(client, letters)).some(({ high }) => high > 0n))
  })

  it('every topic of ingress is written, and commands that are refused are set aside', async () => {
    expect(await webhook({ nobody: 'knows this' })).toBe(200)
    expect(await webhook({ event: 'TEMPLATE_STATUS_UPDATE', whatever: 1 })).toBe(200)
    await waitUntil(() => recordsOf(`${prefix}.unrecognised`, 'knows this').length === 1)
    const id = uniqueName('stranger')
    await system.botSends([{ value: text(id, { from: uniqueNumber() }) }])
    await waitUntil(() => recordsOf(`${prefix}.outbound.deadletter`, id).length === 1)
    await waitUntil(() => recordsOf(`${prefix}.status`, id).length === 1)
  })

  it('commands of an account that is not well are parked, also once their topic has grown', async () => {
    onTestFailed(() => void process.stdout.write(system.process('dispatcher').output()))
    const parked = `${outbound}.parked.${system.tenant}`
    const copies = async (): Promise<number> => {
      if (!(await listTopics(client)).includes(parked)) return 0
      return (await topicOffsets(client, parked)).reduce((sum, { high }) => sum + Number(high), 0)
    }
    const write = async (ids: string[], partition: number): Promise<void> => {
      // A new one each time: it knows how many partitions there are.
      const producer = createProducer(client)
      const records = ids.map((id) => ({ topic: outbound, partition, key: null, value: JSON.stringify(text(id)) }))
      const results = await producer.publish(records)
      await producer.close()
      expect(results.every(({ kind }) => kind === 'stored')).toBe(true)
    }
    const [early, late] = ['early', 'late'].map((name) => Array.from({ length: 5 }, () => uniqueName(name)))
    if (early === undefined || late === undefined) throw new Error('two were made')

    await system.tell('faults', { action: 'status', status: 401, api: 'any' })
    await write(early, 0)
    await waitUntil(async () => (await copies()) === 5)
    await growTopic(client, outbound, 3)
    await write(late, 2)
    await waitUntil(async () => (await copies()) === 10, { timeoutMs: 120_000, what: 'copies of a new partition' })
    expect((await topicOffsets(client, parked)).length).toBe(3)
    await fetch(`${system.urls.emulator}/_emulator/faults`, { method: 'DELETE' })
    await waitUntil(() => [...early, ...late].every((id) => acceptedOf(id).length === 1), { timeoutMs: 120_000 })
  })

  it('one privilege less is noticed: the topic that may not be written takes no webhook with it', async () => {
    const topic = `${prefix}.unrecognised`
    const [taken] = documentedAcls(prefix).filter(({ resourceName }) => resourceName === topic)
    if (taken === undefined) throw new Error('ingress may write what nobody knows')
    await acls.revoke(taken)
    await waitUntil(async () => (await webhook({ unknown: uniqueName('x') })) === 503)
    await acls.grant([taken])
    await waitUntil(async () => (await webhook({ unknown: uniqueName('x') })) === 200)
  })

  it('without the right to tell of requests, messages are sent as ever, and a line says which right it is', async () => {
    const topic = `${prefix}.attempts`
    const taken = documentedAcls(prefix).find(({ resourceName }) => resourceName === topic)
    if (taken === undefined) throw new Error('the dispatcher may tell of its requests')
    await acls.revoke(taken)
    const said = (): boolean => system.process('dispatcher').output().includes(`--operation Write --topic ${topic}`)
    const ids: string[] = []
    await waitUntil(async () => {
      const id = uniqueName('untold')
      ids.push(id)
      await system.botSends([{ value: text(id) }])
      await waitUntil(() => acceptedOf(id).length === 1)
      return said()
    })
    expect(recordsOf(`${prefix}.outbound.deadletter`, 'untold')).toEqual([])
    expect(ids.flatMap((id) => acceptedOf(id))).toHaveLength(ids.length)
    await acls.grant([taken])
  })

  it('a topic of templates that may not be made turns them off, named by a line, and messages are sent as ever', async () => {
    const line = `templates are off, and sending goes on: topic ${prefix}.templates is missing and may not be made`
    await waitUntil(() => system.process('dispatcher').output().includes(line))
    const id = uniqueName('without-templates')
    await system.botSends([{ value: text(id) }])
    await waitUntil(() => acceptedOf(id).length === 1)
  })

  it('missing topics that may not be made are the error, all of them with the reason', async () => {
    const config = JSON.parse(await readFile(system.configFile, 'utf8')) as { topics: unknown } // as the harness wrote it
    const absent = uniqueName('absent')
    const file = `${system.configFile}.absent`
    await writeFile(file, JSON.stringify({ ...config, topics: { prefix: absent } }))
    await using ingress = await spawnService('ingress', { IMCHANNEL_CONFIG: file }, { ready: false })
    expect((await ingress.exited).code).toBe(1)
    for (const name of ['inbound', 'status', 'account', 'unrecognised'])
      expect(ingress.output()).toMatch(new RegExp(`${absent}\\.${name} \\([A-Z_]*AUTHORIZATION_FAILED`))
  })
})
