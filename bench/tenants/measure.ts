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
import { createKafkaClient } from '@imchannel/kafka'
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
import type { Phase } from './report.ts'
import { report } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '15' } },
})

const RATE = 50
/** Five hundred commands: what comes sooner measures a process that starts. */
const WARM_UP_S = 10
/** Until the other tenant's trouble is in full swing. */
const LEAD_MS = 3_000
const QUIET = { tenant: 'quiet', from: '447860200001' }
const LOUD = { tenant: 'loud', from: '447860200002' }

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
  const { kafkajs: kafka } = createKafkaClient({ brokers: [...stage.brokers] }, { clientId: 'quiet' })
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

process.stdout.write(`${describeMachine()}\n`)
await using stage = await startStage()
process.exitCode = 0
for (const name of positionals.length > 0 ? positionals : Object.keys(misbehaviours)) {
  const misbehaviour = misbehaviours[name]
  if (misbehaviour === undefined) throw new Error(`no such misbehaviour: ${name}`)
  const kept = await report(`${name}: ${misbehaviour.about}`, Number(values.rounds), () =>
    measureRound(stage, misbehaviour),
  )
  if (!kept) process.exitCode = 1
}
