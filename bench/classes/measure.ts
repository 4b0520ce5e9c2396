// Replies amid a campaign that stands before them in their partition. See README.md.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createKafkaClient } from '@imchannel/kafka'
import { PROGRAMS } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { runProcess } from '../src/contenders/run-process.ts'
import { describeMachine } from '../src/machine.ts'
import { startStage } from '../src/stage.ts'
import { startTextProvider } from '../src/text-provider.ts'

const { values } = parseArgs({
  options: {
    bulk: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '80' },
    seconds: { type: 'string', default: '60' },
  },
})
const bulk = Number(values.bulk)
const rate = Number(values.rate)
const replies = Number(values.seconds)
const FROM = '447860200001'
/** Customers of the second kind: their message of the campaign stands at three quarters of it and behind. */
const SECOND_FROM = Math.floor(bulk * 0.75)
const LATENCY_MS = 20

type SendClass = 'reply' | 'bulk'

interface Command {
  readonly id: string
  readonly tenant: 'acme'
  readonly from: string
  readonly to: string
  readonly class: SendClass
  readonly content: { readonly type: 'text'; readonly text: string }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

await using stage = await startStage()
await using provider = await startTextProvider({ latencyMs: LATENCY_MS })
const { kafkajs: kafka } = createKafkaClient({ brokers: [...stage.brokers] }, { clientId: 'bench' })
const [producer, admin] = [kafka.producer(), kafka.admin()]
await Promise.all([producer.connect(), admin.connect()])
const prefix = uniqueName('classes')
const topic = `${prefix}.outbound`
await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })

async function startDispatcher() {
  const config = join(stage.folder, `${prefix}.yaml`)
  const sender = { number: FROM, scenarioKey: 'AAAAAAAAAAAAAABC63903B684B3E46C5DD869', messagesPerSecond: rate }
  const account = { baseUrl: provider.url, apiKey: 'demo-api-key', senders: [sender] }
  const document = {
    kafka: { brokers: stage.brokers },
    redis: { url: stage.redisUrl },
    publicUrl: 'http://127.0.0.1:9',
    topics: { prefix, outbound: [topic], partitions: 1 },
    tenants: { acme: { webhookAuth: { type: 'none' }, accounts: [account] } },
  }
  await writeFile(config, JSON.stringify(document))
  return runProcess(stage, 'dispatcher', {
    command: process.execPath,
    args: () => [PROGRAMS.dispatcher],
    env: (port) => ({ IMCHANNEL_CONFIG: config, PORT: String(port) }),
    readyPath: '/readyz',
  })
}

function command(sendClass: SendClass, text: string, customer: number): Command {
  const to = String(351_920_000_000 + customer)
  return { id: `${prefix} ${text}`, tenant: 'acme', from: FROM, to, class: sendClass, content: { type: 'text', text } }
}

async function write(commands: readonly Command[]): Promise<void> {
  for (let at = 0; at < commands.length; at += 5_000) {
    const messages = commands.slice(at, at + 5_000).map((one) => ({ partition: 0, value: JSON.stringify(one) }))
    await producer.send({ topic, messages, acks: -1 })
  }
}

async function endOf(name: string): Promise<number> {
  if (!(await admin.listTopics()).includes(name)) return 0
  return (await admin.fetchTopicOffsets(name)).reduce((sum, { high }) => sum + Number(high), 0)
}

/** Writes one reply of each kind a second, and says how long each took from Kafka to its request. */
async function measure(run: string, secondKind: boolean): Promise<{ first: number[]; second: number[] }> {
  const written = new Map<string, number>()
  for (let index = 0; index < replies; index++) {
    const dueAt = performance.now() + 1_000
    const pair = [command('reply', `${run} first ${index}`, bulk + index)]
    if (secondKind) pair.push(command('reply', `${run} second ${index}`, SECOND_FROM + index * 7))
    await write(pair)
    for (const { content } of pair) written.set(content.text, performance.now())
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())))
  }
  await waitUntil(() => [...written.keys()].every((text) => provider.seenAt.has(text)), {
    timeoutMs: 300_000,
    what: `the replies of ${run}`,
  })
  const taken = (kind: string) =>
    [...written].flatMap(([text, at]) =>
      text.startsWith(`${run} ${kind}`) ? [(provider.seenAt.get(text) ?? 0) - at] : [],
    )
  return { first: taken('first'), second: taken('second') }
}

function percentile(taken: readonly number[], share: number): number {
  const sorted = taken.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

const figures = (taken: readonly number[]): string =>
  `p50 ${percentile(taken, 0.5).toFixed(0)} ms, p99 ${percentile(taken, 0.99).toFixed(0)} ms`

/** Of the second kind, replies that went before their customer's message of the campaign. */
function overtaken(run: string): number {
  return Array.from({ length: replies }, (_, index) => index).filter((index) => {
    const own = provider.seenAt.get(`bulk ${SECOND_FROM + index * 7}`) ?? Infinity
    return own > (provider.seenAt.get(`${run} second ${index}`) ?? -Infinity)
  }).length
}

print(describeMachine())
print(`${bulk} bulk commands at ${rate} a second, ${replies} replies of each kind, one of each a second`)
{
  await using _ = await startDispatcher()
  await measure('warm', false)
  const { first: empty } = await measure('empty', false)
  const most = 1.5 * percentile(empty, 0.99) + 500
  print(`empty topic: ${figures(empty)}`)

  await write(Array.from({ length: bulk }, (_, index) => command('bulk', `bulk ${index}`, index)))
  const parked = `${topic}.parked.acme`
  await waitUntil(async () => (await endOf(parked)) + 2_000 >= bulk, { timeoutMs: 120_000, what: 'most to be parked' })
  const flowing = provider.count('bulk') + rate
  await waitUntil(() => provider.count('bulk') >= flowing, { timeoutMs: 120_000, what: 'what is parked to be sent' })
  const [startedAt, before] = [performance.now(), provider.count('bulk')]
  const { first, second } = await measure('amid', true)
  const seconds = (performance.now() - startedAt) / 1_000
  const others = provider.count('amid')
  const share = (provider.count('bulk') - before) / (seconds * rate)
  print(`amid the campaign, first kind: ${figures(first)} (target ${most.toFixed(0)} ms)`)
  print(`amid the campaign, second kind: ${figures(second)} (target ${(2 * most).toFixed(0)} ms)`)
  print(`bulk: ${share.toFixed(2)} of the sender's rate, ${others} replies beside it (target 0.9)`)
  print(`out of order: ${overtaken('amid')}, sent twice: ${provider.repeats()} (target 0)`)
}
await Promise.all([producer.disconnect(), admin.disconnect()])
