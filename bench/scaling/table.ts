// Sizes systems from measured inputs: node bench/scaling/table.ts [inputs.json]
import { readFileSync } from 'node:fs'
import { commandsOf, conversationsOf, planFor } from './model.ts'
import type { Cost, Inputs, Plan } from './model.ts'

const file = process.argv[2] ?? new URL('inputs.json', import.meta.url)
// `as`: written by measure.ts.
const inputs = JSON.parse(readFileSync(file, 'utf8')) as Inputs
const LOADS = [
  { perSecond: 10, tenants: 10 },
  { perSecond: 100, tenants: 100 },
  { perSecond: 1_000, tenants: 1_000 },
  { perSecond: 10_000, tenants: 1_000 },
]

const INSTANCES = [1, 2, 3, 4, 6, 7, 12, 24, 48]
const PARTITIONS = [12, 24, 48]

const round = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2)

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function costRow(name: string, cost: Cost): string[] {
  const { serviceMicros, redisMicros, kafkaMicros, redisCommands, redisNetBytes, kafkaLogBytes } = cost
  return [name, ...[serviceMicros, redisMicros, kafkaMicros, redisCommands, redisNetBytes, kafkaLogBytes].map(round)]
}

function planRow(plan: Plan): string[] {
  return [
    plan.perSecond.toLocaleString('en'),
    plan.tenants.toLocaleString('en'),
    ...[plan.senders, plan.ingressInstances, plan.dispatcherInstances, plan.partitions, plan.redisShards].map(String),
    ...[plan.ledgerGb, plan.redisMbit, plan.kafkaCores, plan.kafkaMbyteIn, plan.kafkaTbWeek].map(round),
  ]
}

function fleetRow(instances: number): string[] {
  const carried = [
    conversationsOf(instances, inputs),
    ...PARTITIONS.map((partitions) => commandsOf({ instances, partitions }, inputs)),
  ]
  return [String(instances), ...carried.map((perSecond) => (Math.floor(perSecond / 10) * 10).toLocaleString('en'))]
}

process.stdout.write(`Measured on ${inputs.machine}, ${inputs.at}.

${table(
  [
    'for each',
    'service, µs of CPU',
    'Redis, µs',
    'Kafka, µs',
    'Redis commands',
    'Redis bytes on the wire',
    'Kafka bytes, one replica',
  ],
  [
    costRow('message, alone in its webhook', inputs.message),
    costRow('message, one of twenty', inputs.message20),
    costRow('delivery report', inputs.report),
    costRow('command', inputs.command),
  ],
)}

${table(
  [
    'commands/s',
    'tenants',
    'senders at 80/s',
    'ingress',
    'dispatchers',
    'partitions',
    'Redis shards by CPU',
    'ledger, GB in 7 days',
    'Redis, Mbit/s',
    'Kafka, cores',
    'Kafka, MB/s in',
    'Kafka, TB in 7 days',
  ],
  LOADS.map((load) => planRow(planFor(load, inputs))),
)}

${table(
  [
    'instances',
    'ingress: messages/s, each with two reports',
    ...PARTITIONS.map((partitions) => `dispatcher: commands/s with ${partitions} partitions`),
  ],
  INSTANCES.map(fleetRow),
)}
`)
