// One tenant has a hundred thousand commands in a partition, another one comes behind. See README.md.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PROGRAMS } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { createKafkaClient } from '@imchannel/kafka'
import { runProcess } from '../src/contenders/run-process.ts'
import { describeMachine } from '../src/machine.ts'
import { median } from '../src/ratios.ts'
import { startStage } from '../src/stage.ts'
import type { Stage } from '../src/stage.ts'
import { startTextProvider } from '../src/text-provider.ts'

const { values } = parseArgs({
  options: {
    commands: { type: 'string', default: '100000' },
    samples: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '3' },
    phase: { type: 'string', default: 'both' },
    profile: { type: 'string' },
  },
})
const flood = Number(values.commands)
const samples = Number(values.samples)
const rounds = Number(values.rounds)
const LOUD = { tenant: 'loud', from: '447860200001' }
const QUIET = { tenant: 'quiet', from: '447860200002' }
const LATENCY_MS = 20

interface Command {
  readonly id: string
  readonly tenant: string
  readonly from: string
  readonly to: string
  readonly content: { readonly type: 'text'; readonly text: string }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function startDispatcher(stage: Stage, prefix: string, provider: string) {
  const config = join(stage.folder, `${prefix}.yaml`)
  const tenant = ({ from }: typeof LOUD) => ({
    webhookAuth: { type: 'none' },
    accounts: [
      {
        baseUrl: provider,
        apiKey: 'demo-api-key',
        senders: [{ number: from, scenarioKey: 'AAAAAAAAAAAAAABC63903B684B3E46C5DD869' }],
      },
    ],
  })
  await writeFile(
    config,
    JSON.stringify({
      kafka: { brokers: stage.brokers },
      redis: { url: stage.redisUrl },
      publicUrl: 'http://127.0.0.1:9',
      topics: { prefix, outbound: [`${prefix}.outbound`], partitions: 1 },
      tenants: { loud: tenant(LOUD), quiet: tenant(QUIET) },
    }),
  )
  return runProcess(stage, 'dispatcher', {
    command: process.execPath,
    args: () => [
      ...(values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]),
      PROGRAMS.dispatcher,
    ],
    env: (port) => ({ IMCHANNEL_CONFIG: config, PORT: String(port) }),
    readyPath: '/readyz',
  })
}

function command({ tenant, from }: typeof LOUD, run: string, index: number, customers: number): Command {
  const text = `${run} ${index}`
  return { id: text, tenant, from, to: String(351_920_000_000 + (index % customers)), content: { type: 'text', text } }
}

await using stage = await startStage()
await using provider = await startTextProvider({ latencyMs: LATENCY_MS })
const { kafkajs: kafka } = createKafkaClient({ brokers: [...stage.brokers] }, { clientId: 'bench' })
const [producer, admin] = [kafka.producer(), kafka.admin()]
await Promise.all([producer.connect(), admin.connect()])

async function write(prefix: string, commands: readonly Command[]): Promise<void> {
  for (let at = 0; at < commands.length; at += 5_000) {
    const messages = commands.slice(at, at + 5_000).map((one) => ({ partition: 0, value: JSON.stringify(one) }))
    await producer.send({ topic: `${prefix}.outbound`, messages, acks: -1 })
  }
}

async function ends(topic: string): Promise<number> {
  const existing = await admin.listTopics()
  if (!existing.includes(topic)) return 0
  return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0)
}

/** From when a command of the quiet tenant is in Kafka to its request, one after another. */
async function quietLatency(prefix: string, run: string): Promise<number> {
  const taken: number[] = []
  for (let index = 0; index < samples; index++) {
    const one = command(QUIET, `${run}-quiet`, index, 1_000)
    await write(prefix, [one])
    const startedAt = performance.now()
    await waitUntil(() => provider.seenAt.has(one.content.text), { timeoutMs: 60_000, what: one.content.text })
    taken.push((provider.seenAt.get(one.content.text) ?? 0) - startedAt)
  }
  return median(taken)
}

async function createTopic(): Promise<string> {
  const prefix = uniqueName('flood')
  await admin.createTopics({ topics: [{ topic: `${prefix}.outbound`, numPartitions: 1 }] })
  return prefix
}

print(describeMachine())

// While it runs: the flood is parked as it comes, and the other tenant's commands pass it.
if (values.phase !== 'started') {
  const prefix = await createTopic()
  await using _ = await startDispatcher(stage, prefix, provider.url)
  await quietLatency(prefix, `${prefix}-warm`)
  const alone = await quietLatency(prefix, `${prefix}-alone`)
  await write(
    prefix,
    Array.from({ length: flood }, (_, index) => command(LOUD, `${prefix}-loud`, index, 2_000)),
  )
  const parked = `${prefix}.outbound.parked.${LOUD.tenant}`
  await waitUntil(async () => (await ends(parked)) + 3_000 >= flood, {
    timeoutMs: 300_000,
    what: 'the flood to be parked',
  })
  const beside = await quietLatency(prefix, `${prefix}-beside`)
  const waiting = flood - provider.count(`${prefix}-loud`)
  print(
    `running: alone ${alone.toFixed(1)} ms, with ${waiting} waiting ${beside.toFixed(1)} ms: ${(beside / alone).toFixed(2)}`,
  )
}

/** From the dispatcher's start to the request of a command that has so many of the other tenant in front of it. */
async function startedBehind(before: number): Promise<number> {
  const prefix = await createTopic()
  const one = command(QUIET, `${prefix}-single`, 0, 1)
  await write(
    prefix,
    Array.from({ length: before }, (_, index) => command(LOUD, `${prefix}-loud`, index, 2_000)),
  )
  await write(prefix, [one])
  const startedAt = performance.now()
  await using _ = await startDispatcher(stage, prefix, provider.url)
  await waitUntil(() => provider.seenAt.has(one.content.text), { timeoutMs: 300_000, what: one.content.text })
  const taken = (provider.seenAt.get(one.content.text) ?? 0) - startedAt
  const passed = provider.count(`${prefix}-loud`)
  print(
    `started with ${before} in front: sent after ${(taken / 1_000).toFixed(2)} s, ${passed} of the others before it`,
  )
  return taken
}

// After a stop: everything stands in the partition when the dispatcher starts.
if (values.phase !== 'running') {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const alone = await startedBehind(0)
    ratios.push((await startedBehind(flood)) / alone)
    print(`started, round ${round + 1}: ${(ratios.at(-1) ?? 0).toFixed(2)}`)
  }
  print(`started: ${median(ratios).toFixed(2)} (median of ${rounds})`)
}
await Promise.all([producer.disconnect(), admin.disconnect()])
