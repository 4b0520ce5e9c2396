import { readFile, writeFile } from 'node:fs/promises'
import {
  answerWith,
  findSecrets,
  type LocalServer,
  plantSecret,
  testStack,
  uniqueName,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { type IngressProcess, spawnIngress } from '../support/spawn-ingress.ts'
import { sender } from '../support/start-ingress.ts'
import { post, textMessage, webhookOf } from '../support/webhooks.ts'

const secret = (name: string): string => `canary/${name}+${uniqueName('s')}=ü`
/** What a header has to carry is ASCII. */
const headerSecret = (name: string): string => `canary/${name}+${uniqueName('s')}=`
const secrets = {
  basic: secret('basic'),
  next: secret('next'),
  hmac: secret('hmac'),
  bearer: `canary.${uniqueName('bearer')}`,
  header: `canary-${uniqueName('header')}`,
  apiKey: headerSecret('api-key'),
  mediaToken: headerSecret('media-token'),
  mediaSecret: secret('media-secret'),
  redis: `canary-${uniqueName('redis')}`,
}

const prefix = uniqueName('ingress')
const exported: Buffer[] = []
const answers: string[] = []
let receiver: LocalServer
let reader: TopicReader
let ingress: IngressProcess
let metrics = ''

beforeAll(async () => {
  reader = await readTopics(prefix)
  receiver = await answerWith((request, response) => {
    request.on('data', (chunk: Buffer) => exported.push(chunk)).once('end', () => response.end())
  })
  const account = {
    baseUrl: 'https://xxxx.api.infobip.com',
    apiKey: secrets.apiKey,
    senders: [{ number: sender, scenarioKey: 'S' }],
  }
  const tenantOf = (webhookAuth: unknown) => ({
    webhookAuth,
    mediaTokens: [secrets.mediaToken],
    mediaSecrets: [secrets.mediaSecret],
    accounts: [account],
  })
  // A Redis that refuses the password: what it says about it is part of the outputs.
  const redisUrl = Object.assign(new URL(testStack().redisUrl), { username: 'nobody', password: secrets.redis }).href
  ingress = await spawnIngress(
    {
      prefix,
      redisUrl,
      tenants: {
        acme: tenantOf({ type: 'basic', username: 'infobip', password: [secrets.basic, secrets.next] }),
        signed: tenantOf({ type: 'hmac', secret: secrets.hmac, header: 'x-signature' }),
        bearer: tenantOf({ type: 'bearer', token: secrets.bearer }),
        header: tenantOf({ type: 'header', name: 'x-secret', value: secrets.header }),
      },
      more: { logs: { level: 'debug' } },
    },
    { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  )
  await provoke()
})

afterAll(async () => {
  await ingress.kill()
  await ingress.removeConfig()
  await receiver[Symbol.asyncDispose]()
  await reader[Symbol.asyncDispose]()
})

async function tell(tenant: string, body: string, headers: Record<string, string>): Promise<number> {
  const answer = await post(ingress.url, body, { tenant, headers: { authorization: 'none', ...headers } })
  answers.push(JSON.stringify([...answer.headers]), await answer.text())
  return answer.status
}

const basic = (text: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})

/** Right and wrong credentials, bad bodies, a change of the configuration that is refused, and the end of the process. */
async function provoke(): Promise<void> {
  const id = uniqueName('canary')
  const media = webhookOf(
    textMessage(id).replace(
      /"message":\{[^}]*\}/,
      '"message":{"type":"IMAGE","url":"https://xxxx.api.infobip.com/whatsapp/1/senders/447860099299/media/1"}',
    ),
  )
  expect(await tell('acme', media, basic(`infobip:${secrets.basic}`))).toBe(200)
  expect(await tell('acme', '{', basic(`infobip:${secrets.next}`))).toBe(400)
  // The right secret in the wrong place is a secret all the same.
  for (const wrong of [
    basic(`other:${secrets.basic}`),
    basic(secrets.basic),
    { authorization: `Bearer ${secrets.bearer}` },
    { authorization: 'Basic x', 'x-secret': secrets.header },
  ])
    expect(await tell('acme', media, wrong)).toBe(401)
  expect(await tell('bearer', media, { authorization: `Bearer ${secrets.bearer}` })).toBe(200)
  expect(await tell('header', media, { 'x-secret': secrets.header })).toBe(200)
  expect(await tell('signed', media, { 'x-signature': secrets.bearer })).toBe(401)
  await reader.take((record) => headerOf(record, 'ce_subject') === id, 3)

  metrics = await (await fetch(`${ingress.url}/metrics`)).text()
  answers.push(await (await fetch(`${ingress.url}/readyz`)).text())
  const { configFile } = ingress
  const config = await readFile(configFile, 'utf8')
  await writeFile(configFile, config.replace('"webhookAuth"', '"webhookAuht"'))
  await ingress.line('configuration change refused')
  await writeFile(configFile, `${config.slice(0, -1)}, "apiKey" "${secrets.apiKey}"}`)
  await waitUntil(() => ingress.output().split('configuration change refused').length > 2)
}

function outputs(): Record<string, string | Buffer> {
  return {
    'stdout and stderr': ingress.output(),
    topics: reader.records
      .map((record) => [record.key, record.value, ...Object.values(record.headers)].map(String).join(' '))
      .join('\n'),
    spans: Buffer.concat(exported),
    metrics,
    answers: answers.join('\n'),
  }
}

describe('configured secrets', () => {
  it('are in no output: not in logs, records, spans, metrics, answers or command lines', async () => {
    const commandLine = await readFile(`/proc/${ingress.pid}/cmdline`, 'utf8').catch(
      () => 'only Linux shows it as a file',
    )
    await waitUntil(() => exported.length > 0)
    for (const [place, output] of Object.entries(outputs())) expect([place, output.length > 0]).toEqual([place, true])
    expect(findSecrets(secrets, { ...outputs(), 'command line': commandLine })).toEqual([])
  })

  it('would be found: a leak that is planted in a message comes out in the log and in the topic', async () => {
    for (const name of ['apiKey', 'mediaToken', 'basic', 'hmac'] as const)
      plantSecret(secrets[name], ['stdout and stderr', 'topics'])
    const forms = [
      secrets.apiKey,
      encodeURIComponent(secrets.mediaToken),
      Buffer.from(`infobip:${secrets.basic}`).toString('base64'),
      Buffer.from(secrets.hmac).toString('hex'),
    ]
    const id = uniqueName('planted')
    expect(
      await tell('acme', webhookOf(textMessage(id, { text: forms.join(' ') })), basic(`infobip:${secrets.basic}`)),
    ).toBe(200)
    await reader.take((record) => headerOf(record, 'ce_subject') === id, 1)
    await ingress.line(id)
    const found = findSecrets(secrets, outputs()).map(
      ({ secret: name, place, writing }) => `${name} ${writing} ${place}`,
    )
    for (const place of ['stdout and stderr', 'topics'] as const) {
      expect(found).toEqual(
        expect.arrayContaining([
          `apiKey plain ${place}`,
          `mediaToken url ${place}`,
          expect.stringMatching(new RegExp(`^basic base64 at \\d ${place}$`)),
          `hmac hex ${place}`,
        ]),
      )
    }
  })
})
