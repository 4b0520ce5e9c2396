// One tenant at 50 a second, alone and beside another one that misbehaves. See README.md.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PROGRAMS } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { Kafka, logLevel } from 'kafkajs'
import type { Producer } from 'kafkajs'
import { runProcess } from '../src/contenders/run-process.ts'
import { describeMachine } from '../src/machine.ts'
import { createStopwatch, openLoop } from '../src/open-loop.ts'
import type { Stopwatch } from '../src/open-loop.ts'
import { startStage } from '../src/stage.ts'
import type { Stage } from '../src/stage.ts'
import { openTopics } from '../src/topics.ts'
import { misbehaviours } from './misbehaviours.ts'
import type { Misbehaviour } from './misbehaviours.ts'
import { startProvider } from './provider.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '15' } },
})

/** What an operator promises: of the other tenant's trouble, a quiet one notices no more than this. */
const MOST = 1.5
const RATE = 50
const WARM_UP_S = 3
/** Until the other tenant's trouble is in full swing. */
const LEAD_MS = 3_000
const QUIET = { tenant: 'quiet', from: '447860200001' }
const LOUD = { tenant: 'loud', from: '447860200002' }

interface Phase {
  p50: number
  p99: number
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function measureRound(stage: Stage, misbehaviour: Misbehaviour): Promise<{ alone: Phase; beside: Phase }> {
  let watch: Stopwatch = createStopwatch()
  await using quiet = await startProvider({ onText: (text) => watch.seen(text) })
  await using loud = await startProvider(misbehaviour.provider)
  const prefix = uniqueName('bench')
  await using topics = await openTopics(stage.brokers)
  await topics.create(prefix)
  const config = await writeConfig(stage, prefix, { quiet: quiet.url, loud: loud.url })
  await using dispatcher = await runProcess(stage, 'dispatcher', {
    command: process.execPath,
    args: () => [PROGRAMS.dispatcher],
    env: (port) => ({ IMCHANNEL_CONFIG: config, PORT: String(port) }),
    readyPath: '/readyz',
  })
  const kafka = new Kafka({ clientId: 'quiet', brokers: [...stage.brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const topic = `${prefix}.outbound`

  await phase(WARM_UP_S)
  const alone = await phase(Number(values.seconds))
  const flood = startFlood(stage, topic, misbehaviour.perSecond)
  await sleep(LEAD_MS)
  const cpu = dispatcher.cpuMicros()
  const beside = await phase(Number(values.seconds))
  const cores = (dispatcher.cpuMicros() - cpu) / 1e6 / Number(values.seconds)
  print(`  dispatcher: ${cores.toFixed(2)} cores and ${dispatcher.memoryMb().toFixed(0)} MB beside it`)
  if (flood.exitCode === null) await once(flood, 'exit')
  await producer.disconnect()
  return { alone, beside }

  async function phase(seconds: number): Promise<Phase> {
    watch = createStopwatch()
    const count = await openLoop({ rate: RATE, seconds }, (index, dueAt) => write(producer, topic, index, dueAt))
    await waitUntil(() => watch.count() === count, { timeoutMs: 60_000, what: `${count} requests` })
    return { p50: watch.quantile(0.5), p99: watch.quantile(0.99) }
  }

  function write(by: Producer, to: string, index: number, dueAt: number): void {
    const id = uniqueName('q')
    const customer = String(351_920_000_000 + (index % 500))
    watch.due(id, dueAt)
    const content = { type: 'text', text: id }
    const value = JSON.stringify({ id, ...QUIET, to: customer, content })
    void by.send({ topic: to, messages: [{ partition: 0, key: customer, value }], acks: -1 })
  }
}

function startFlood(stage: Stage, topic: string, perSecond: number): ChildProcess {
  const seconds = Number(values.seconds) + LEAD_MS / 1_000
  const args = { brokers: stage.brokers.join(','), topic, ...LOUD, rate: perSecond, seconds }
  const list = Object.entries(args).map(([name, value]) => `--${name}=${value}`)
  const program = fileURLToPath(new URL('flood.ts', import.meta.url))
  return spawn(process.execPath, [program, ...list], { stdio: ['ignore', 'inherit', 'inherit'] })
}

async function writeConfig(stage: Stage, prefix: string, urls: Record<'quiet' | 'loud', string>): Promise<string> {
  const file = join(stage.folder, `${prefix}.yaml`)
  const config = {
    kafka: { brokers: stage.brokers },
    redis: { url: stage.redisUrl },
    publicUrl: 'http://127.0.0.1:9',
    topics: { prefix },
    tenants: { quiet: tenantAt(urls.quiet, QUIET.from), loud: tenantAt(urls.loud, LOUD.from) },
  }
  await writeFile(file, JSON.stringify(config))
  return file
}

function tenantAt(baseUrl: string, number: string): unknown {
  const account = { baseUrl, apiKey: 'key', senders: [{ number, scenarioKey: 'scenario' }] }
  return { webhookAuth: { type: 'none' }, accounts: [account] }
}

/** Whether the median of the rounds' ratios keeps the promise. */
async function measure(stage: Stage, name: string, misbehaviour: Misbehaviour): Promise<boolean> {
  print(`\n### ${name}: ${misbehaviour.about}\n`)
  const rows: string[] = []
  const ratios: number[] = []
  for (let round = 1; round <= Number(values.rounds); round++) {
    const { alone, beside } = await measureRound(stage, misbehaviour)
    const ratio = beside.p99 / alone.p99
    ratios.push(ratio)
    const cells = [round, ...[alone, beside].flatMap(({ p50, p99 }) => [p50.toFixed(1), p99.toFixed(1)])]
    rows.push(`| ${[...cells, ratio.toFixed(2)].join(' | ')} |`)
  }
  print('| round | alone p50, ms | alone p99 | beside p50 | beside p99 | ratio of p99 |')
  print('| --- | --- | --- | --- | --- | --- |')
  for (const row of rows) print(row)
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Number.NaN
  print(`\nmedian ${median.toFixed(2)}: ${median <= MOST ? 'within' : 'NOT within'} ${MOST}`)
  return median <= MOST
}

async function run(): Promise<boolean> {
  const chosen = positionals.length > 0 ? positionals : Object.keys(misbehaviours)
  print(describeMachine())
  await using stage = await startStage()
  let kept = true
  for (const name of chosen) {
    const misbehaviour = misbehaviours[name]
    if (misbehaviour === undefined) throw new Error(`no such misbehaviour: ${name}`)
    kept = (await measure(stage, name, misbehaviour)) && kept
  }
  return kept
}

process.exitCode = (await run()) ? 0 : 1
