import { go } from './contenders/go.ts'
import { oursName } from './contenders/imchannel.ts'
import { naive } from './contenders/naive.ts'
import { spring } from './contenders/spring.ts'
import type { Target } from './verdict.ts'
import { allowed } from './workloads/dispatcher-limit.ts'
import { produceToConsume } from './workloads/event-latency.ts'
import { headFigure, picture, pictures, webdisName } from './workloads/media-throughput.ts'
import { acceptedP99, aliveAt1000, goodputOf, missedDeadlines, refusalP99 } from './workloads/ingress-overload.ts'
import { services } from './workloads/memory.ts'
import { bareKafkajs } from './workloads/raw-kafka.ts'
import { consumerAndGot, inBackoff } from './workloads/request-latency.ts'
import { tracingOff, tracingOn } from './workloads/tracing.ts'

const ours = { contender: oursName }
const [p50, p99] = ['p50', 'p99'] as const

const overload: readonly Target[] = [
  ...(
    [
      [64, 0.9, 0.9],
      [256, 0.9, 0.85],
      [1_000, 0.8, 0.65],
    ] as const
  ).flatMap(([connections, patient, impatient]): Target[] =>
    (
      [
        ['patient', patient],
        ['impatient', impatient],
      ] as const
    ).map(([patience, atLeast]) => ({
      what: `ingress, 500 results, ${goodputOf(connections, patience)}, against 8`,
      workload: 'ingress-overload',
      of: { ...ours, figure: goodputOf(connections, patience) },
      against: { ...ours, figure: goodputOf(8, patience) },
      unit: 'x',
      atLeast,
    })),
  ),
  {
    what: 'ingress, refusals against accepted, 256 patient connections, p99',
    workload: 'ingress-overload',
    of: { ...ours, figure: refusalP99 },
    against: { ...ours, figure: acceptedP99 },
    unit: 'x',
    atMost: 0.1,
  },
  {
    what: `ingress, ${missedDeadlines}`,
    workload: 'ingress-overload',
    of: { ...ours, figure: missedDeadlines },
    unit: '',
    atMost: 0,
  },
  {
    what: `ingress, webhooks ${aliveAt1000}`,
    workload: 'ingress-overload',
    of: { ...ours, figure: aliveAt1000 },
    unit: '',
    atLeast: 1,
  },
]

/** What the product sets out to reach, in one run on two cores with the generator included. */
export const targets: readonly Target[] = [
  cpu('ingress, 1 result, CPU against naive express + kafkajs', { against: naive.name, atMost: 0.55 }),
  cpu('ingress, 1 result, CPU against Spring Boot', { against: spring.name, atMost: 0.85 }),
  cpu('ingress, 1 result, CPU against Go with the same checks', { against: go(true).name, atMost: 1 }),
  ratio('ingress, 1 result, against the Go limit', 'ingress-1', { against: go(false).name, atLeast: 0.6 }),
  ratio('ingress, 500 results, against naive express + kafkajs', 'ingress-500', { against: naive.name, atLeast: 1 }),
  ratio('ingress, 500 results, against kafkajs alone', 'ingress-raw', { against: bareKafkajs, atLeast: 0.5 }),
  ...overload,
  ...['tracing-ingress', 'tracing-dispatcher'].map((workload): Target => ({
    what: `${workload.replace('tracing-', '')}, every trace sampled, against none`,
    workload,
    of: { contender: tracingOn },
    against: { contender: tracingOff },
    unit: 'x',
    atLeast: 0.7,
  })),
  ratio('dispatcher at 100 ms, against in-flight limit / latency or a full core', 'dispatcher-100', {
    against: allowed,
    atLeast: 0.9,
  }),
  ratio('dispatcher, a provider that answers at once, against Go with the same checks', 'dispatcher-0', {
    against: go(true).name,
    atLeast: 0.5,
  }),
  {
    what: 'the others’ p99, one conversation in backoff against none',
    workload: 'latency-request',
    of: { contender: inBackoff(oursName), figure: p99 },
    against: { ...ours, figure: p99 },
    unit: 'x',
    atMost: 1.2,
  },
  ...latency('webhook to event visible, 300/s', 'latency-event', produceToConsume),
  ...latency('command to request at Infobip, 300/s', 'latency-request', consumerAndGot),
  ratio('one picture of 200 kB, GETs against webdis', 'media', { figure: picture, against: webdisName, atLeast: 1 }),
  ratio('200 pictures of 200 kB, GETs against webdis', 'media', {
    figure: pictures,
    against: webdisName,
    atLeast: 0.6,
  }),
  {
    what: 'pictures of 200 kB, HEAD against GET',
    workload: 'media',
    of: { ...ours, figure: headFigure },
    against: { ...ours, figure: pictures },
    unit: 'x',
    atLeast: 2,
  },
  ...services.flatMap((service): Target[] => {
    const common = { workload: 'memory', of: { ...ours, figure: `${service}, late` } }
    return [
      { ...common, what: `memory of ${service} after a forced collection`, unit: 'MB', atMost: 250 },
      {
        ...common,
        what: `memory of ${service}, late against early`,
        against: { ...ours, figure: `${service}, early` },
        unit: 'x',
        atMost: 1.1,
      },
    ]
  }),
]

function ratio(
  what: string,
  workload: string,
  { against, figure, atLeast }: { against: string; figure?: string; atLeast: number },
): Target {
  return { what, workload, of: { ...ours, figure }, against: { contender: against, figure }, unit: 'x', atLeast }
}

function cpu(what: string, { against, atMost }: { against: string; atMost: number }): Target {
  return { what, workload: 'ingress-1', of: { ...ours, cpu: true }, against: { contender: against }, unit: 'x', atMost }
}

function latency(what: string, workload: string, against: string): Target[] {
  return [[p50, 2] as const, [p99, 3] as const].map(([figure, atMost]) => ({
    what: `${what}, ${figure}`,
    workload,
    of: { ...ours, figure },
    against: { contender: against, figure },
    unit: 'x',
    atMost,
  }))
}
