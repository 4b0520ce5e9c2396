import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Contender } from './contenders/contender.ts'
import { buildGo, go } from './contenders/go.ts'
import { imchannel } from './contenders/imchannel.ts'
import { naive } from './contenders/naive.ts'
import { spring } from './contenders/spring.ts'
import { describeMachine } from './machine.ts'
import { toRows, toTable, type Sample } from './ratios.ts'
import { startStage, type Stage } from './stage.ts'
import { openTopics, type TopicCounter } from './topics.ts'
import { measureDispatcher } from './workloads/dispatcher-throughput.ts'
import { measureIngressLatency } from './workloads/ingress-latency.ts'
import { measureEventLatency } from './workloads/event-latency.ts'
import { measureRequestLatency } from './workloads/request-latency.ts'
import { measureAgainstHttp } from './workloads/raw-http.ts'
import { measureAgainstKafkajs } from './workloads/raw-kafka.ts'
import { measureStartUp } from './workloads/start-up.ts'
import { measureIngress, type RunOptions } from './workloads/ingress-throughput.ts'

interface Workload {
  readonly unit: string
  readonly about: string
  run(stage: Stage, topics: TopicCounter, options: RunOptions): Promise<Sample[]>
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const ours = imchannel(
  'IMChannel',
  values.profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(values.profile)}` },
)
const ingressPeers = [ours, naive, spring, go(false), go(true)]
const dispatcherPeers = [ours, naive, spring, go(false)]

const ingress = (results: number): Workload => ({
  unit: 'results/s',
  about: `webhooks of ${results} result${results === 1 ? '' : 's'} as fast as they go, auth on`,
  run: async (stage, topics, options) =>
    measureIngress(stage, topics, { ...options, contenders: await present(ingressPeers, options.say), results }),
})

const dispatcher = (latencyMs: number, commands: number, conversations = 5_000): Workload => ({
  unit: 'sends/s',
  about: `${commands} waiting commands${conversations === 1 ? ' of one conversation' : ''}, a provider that answers after ${latencyMs} ms`,
  run: async (stage, topics, options) =>
    measureDispatcher(stage, topics, {
      ...options,
      contenders: await present(dispatcherPeers, options.say),
      latencyMs,
      commands,
      conversations,
    }),
})

const workloads: Record<string, Workload> = {
  'ingress-1': ingress(1),
  'ingress-20': ingress(20),
  'ingress-500': ingress(500),
  'ingress-latency': {
    unit: 'ms p99',
    about: '300 webhooks a second in an open loop',
    run: async (stage, topics, options) =>
      measureIngressLatency(stage, topics, {
        ...options,
        contenders: await present([ours, naive, spring, go(false)], options.say),
        rate: 300,
      }),
  },
  'ingress-raw': {
    unit: 'results/s',
    about: 'webhooks of 500 results, against kafkajs alone producing the same records',
    run: (stage, topics, options) => measureAgainstKafkajs(stage, topics, { ...options, ours }),
  },
  'dispatcher-raw': {
    unit: 'sends/s',
    about: '20000 waiting commands at a provider that answers at once, against the same HTTP client alone',
    run: (stage, topics, options) => measureAgainstHttp(stage, topics, { ...options, ours, commands: 20_000 }),
  },
  'latency-event': {
    unit: 'ms p99',
    about: 'webhook to event visible to a consumer, 300 a second in an open loop, against produce to consume',
    run: (stage, topics, options) => measureEventLatency(stage, topics, { ...options, ours, rate: 300 }),
  },
  'latency-request': {
    unit: 'ms p99',
    about:
      'command to request at Infobip, 300 a second in an open loop, against consume and a got call; one in backoff',
    run: (stage, topics, options) => measureRequestLatency(stage, topics, { ...options, ours, rate: 300 }),
  },
  'start-up': {
    unit: 's',
    about: 'from the start of the process to ready, and CPU of ten idle seconds (µs a second)',
    run: (stage, topics, options) => measureStartUp(stage, topics, { ...options, ours }),
  },
  'dispatcher-hot': dispatcher(20, 5_000, 1),
  'dispatcher-backlog': dispatcher(20, 100_000),
  'dispatcher-20': dispatcher(20, 20_000),
  'dispatcher-100': dispatcher(100, 20_000),
  'dispatcher-500': dispatcher(500, 10_000),
}

const usage = `npm run bench -- [workload ...] [--rounds 3] [--seconds 8] [--only <part of a name>] [--profile <folder>] [--json]

Measures IMChannel side by side with its peers: each starts its own processes on one Kafka and one Redis, in turns.
Ratios are taken within a round. A peer that this machine cannot build is reported as absent.
--only runs those whose name has the text; --profile writes V8 profiles of IMChannel's services.

${Object.entries(workloads)
  .map(([name, { about }]) => `  ${name.padEnd(18)}${about}`)
  .join('\n')}
`

const chosen = positionals.length > 0 ? positionals : Object.keys(workloads)
const unknown = chosen.filter((name) => !Object.hasOwn(workloads, name))

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`no such workload: ${unknown.join(', ')}\n\n`)
  process.stdout.write(usage)
  process.exitCode = values.help ? 0 : 2
} else {
  await bench()
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function bench(): Promise<void> {
  const machine = describeMachine()
  say(machine)
  const absent = await buildGo()
  if (absent !== undefined && chosen.some((name) => name.startsWith('dispatcher'))) {
    throw new Error(`the dispatcher's provider is written in Go, and cannot be built here: ${absent.absent}`)
  }
  await using stage = await startStage()
  await using topics = await openTopics(stage.brokers)
  const report: Record<string, unknown> = { machine, at: new Date().toISOString() }
  for (const name of chosen) {
    const workload = workloads[name]
    if (workload === undefined) continue
    say(`\n${name}: ${workload.about}`)
    const samples = await workload.run(stage, topics, {
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      say,
    })
    const rows = toRows(samples, ours.name)
    report[name] = rows
    if (!values.json) process.stdout.write(`\n### ${name}: ${workload.about}\n\n${toTable(rows, workload.unit)}\n`)
  }
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
}

async function present(contenders: readonly Contender[], say: (line: string) => void): Promise<Contender[]> {
  const ready: Contender[] = []
  for (const contender of contenders) {
    if (!contender.name.toLowerCase().includes(values.only.toLowerCase())) continue
    const problem = await contender.prepare()
    if (problem === undefined) ready.push(contender)
    else say(`absent: ${contender.name} (${problem.absent})`)
  }
  return ready
}
