import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import type { TopicDescription } from '@imchannel/kafka'
import { uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeTopics } from '../src/doctor/judge-topics.ts'
import { callCli } from './support/call-cli.ts'
import { createStage, type Stage } from './support/stage.ts'

interface Report {
  ok: boolean
  problems: number
  findings: { area: string; level: string; text: string; remedy?: string }[]
}

function topic(name: string, config: Record<string, string>): TopicDescription {
  return {
    name,
    partitions: [{ partition: 0, leader: 1, replicas: 1, inSync: 1 }],
    config: { 'max.message.bytes': '8388608', 'cleanup.policy': 'delete', ...config },
  }
}

let stage: Stage
beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

describe('doctor', () => {
  test('says what is wrong in every area, with what to do, and exits with 1', async () => {
    const { code, json } = await stage.cli('doctor', '--json')
    const [report] = json<Report>()
    expect(code).toBe(1)
    const problems = report?.findings.filter(({ level }) => level === 'problem') ?? []
    expect(problems.every(({ text, remedy }) => text.endsWith('.') && remedy !== undefined)).toBe(true)
    const said = problems.map(({ area, text }) => `${area}: ${text}`).join('\n')
    expect(said).toContain(`The topic ${stage.topics.account} is not there.`)
    expect(said).toContain('infobip: Infobip could not be asked')
    expect(said).toContain('publicUrl: The public URL http://127.0.0.1:9 cannot be reached from here')
    expect(report?.findings).toContainEqual(
      expect.objectContaining({ area: 'redis', level: 'ok', text: 'Redis answers.' }),
    )
  })

  test('tells an Infobip that refuses the key from one that does not know the scenario', async () => {
    const answers = [
      {
        status: 401,
        body: { requestError: { serviceException: { messageId: 'UNAUTHORIZED', text: 'Invalid login details' } } },
      },
      { status: 200, body: { scenarios: [{ key: 'ANOTHER' }] } },
      { status: 200, body: { scenarios: [{ key: 'S1' }] } },
    ]
    const paths: (string | undefined)[] = []
    const server = createServer((request, response) => {
      paths.push(`${request.method} ${request.url}`)
      const { status, body } = answers.shift() ?? { status: 500, body: {} }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has one
    await using other = await createStage({ account: { baseUrl } })
    const infobip = async () => {
      const [report] = (await other.cli('doctor', '--json')).json<Report>()
      return report?.findings.filter(({ area }) => area === 'infobip').map(({ level, text }) => `${level}: ${text}`)
    }
    expect((await infobip())?.join()).toContain('problem: Infobip does not know the key')
    expect((await infobip())?.join()).toContain('problem: Infobip’s list has no scenario with the key')
    expect((await infobip())?.every((text) => text.startsWith('ok'))).toBe(true)
    expect(new Set(paths)).toEqual(new Set(['GET /omni/1/scenarios?limit=100&page=0']))
    server.closeAllConnections()
    server.close()
  })

  test('finds a ledger that forgets before the topic does', () => {
    const config = {
      topics: { prefix: 'im', outbound: [{ topic: 'im.outbound' }], partitions: 1 },
      commandMemoryMs: 7 * 86_400_000,
      maxAgeMs: 86_400_000,
    } as unknown as Parameters<typeof judgeTopics>[0] // what the judgement reads of it
    const textsOf = (...found: TopicDescription[]) =>
      judgeTopics(config, found, 1)
        .filter(({ text }) => !text.includes('is not there'))
        .map(({ level, text }) => `${level}: ${text}`)
    expect(textsOf(topic('im.outbound', { 'retention.ms': '604800000' }))).toEqual([])
    expect(textsOf(topic('im.outbound', { 'retention.ms': '604800001' }))).toEqual([
      expect.stringContaining('problem: im.outbound keeps commands for 7 d, but the ledger'),
    ])
    expect(textsOf(topic('im.outbound', { 'retention.ms': '-1' }))).toEqual([expect.stringContaining('for ever')])
    expect(textsOf(topic('im.outbound', { 'retention.ms': '3600000' }))).toEqual([
      expect.stringContaining('an outage would lose some'),
    ])
    expect(textsOf(topic('im.inbound', { 'retention.ms': '604800000', 'max.message.bytes': '1048576' }))).toEqual([
      expect.stringContaining('warning: im.inbound takes records of 1.0 MiB'),
    ])
    expect(textsOf(topic('im.outbound', { 'retention.ms': '604800000', 'cleanup.policy': 'compact' }))).toEqual([
      expect.stringContaining('compacted'),
    ])
  })

  test('reports a configuration that is refused, with every problem', async () => {
    await using broken = await createStage()
    await writeFile(broken.configFile, 'kafka: {}\nnonsense: 1\n')
    const { code, out } = await broken.cli('doctor')
    expect(code).toBe(1)
    expect(out).toContain('nonsense')
    expect(out).toContain('kafka.brokers')
    expect((await broken.cli('config', 'check')).code).toBe(1)
  })
})

test('no command prints a secret', async () => {
  for (const args of [
    ['doctor', '--verbose'],
    ['config', 'show'],
    ['config', 'show', '--json'],
    ['config', 'check'],
  ]) {
    const { out, err } = await stage.cli(...args)
    expect(out + err).not.toContain('canary')
    expect(out).not.toBe('')
  }
  const shown = await stage.cli('config', 'show', '--json')
  expect(JSON.stringify(shown.json())).toContain('[redacted]')
  expect((await stage.cli('config', 'show', 'topics.prefix')).out.trim()).toBe(
    stage.topics.inbound.replace('.inbound', ''),
  )
  expect((await stage.cli('config', 'show', 'no.such')).code).toBe(2)
})

test('topics create makes what is missing and changes nothing else; then check has no problem left', async () => {
  await using fresh = await createStage({ config: { topics: { prefix: uniqueName('cli'), partitions: 2 } } })
  expect((await fresh.cli('topics', 'check')).code).toBe(1)
  const first = await fresh.cli('topics', 'create', '--json')
  expect(first.code).toBe(0)
  expect(first.json<{ created: string[] }>()[0]?.created).toHaveLength(6)
  const again = await fresh.cli('topics', 'create', '--json')
  expect(again.json()).toMatchObject([{ created: [], missing: [] }])
  const checked = await fresh.cli('topics', 'check')
  expect(checked.out).not.toContain('problem')
  expect(checked.code).toBe(0)
})

test('a Kafka that is away is said in a sentence', async () => {
  await using away = await createStage({ config: { kafka: { brokers: ['127.0.0.1:9'] } } })
  const { code, err } = await away.cli('deadletter', 'list')
  expect(code).toBe(1)
  expect(err).toContain('Kafka at 127.0.0.1:9 does not answer')
})

test.each([
  [['deadletter', 'list', '--since', 'yesterday'], 2],
  [['nonsense'], 2],
  [['deadletter', 'replay', '--per-second', '0'], 2],
  [['--help'], 0],
  [['deadletter', 'replay', '--help'], 0],
])('%j exits with %i', async (args, expected) => {
  const { code, out, err } = await callCli(args)
  expect(code, err).toBe(expected)
  expect(out + err).not.toBe('')
})
