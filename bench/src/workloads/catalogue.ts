import type { Contender } from '../contenders/contender.ts'
import { go } from '../contenders/go.ts'
import { imchannel, oursName } from '../contenders/imchannel.ts'
import { naive } from '../contenders/naive.ts'
import { spring } from '../contenders/spring.ts'
import { leastSeconds } from '../open-loop.ts'
import type { Sample } from '../ratios.ts'
import { withLimit } from './dispatcher-limit.ts'
import { type DispatcherLoad, measureDispatcher } from './dispatcher-throughput.ts'
import { measureEndToEnd } from './end-to-end.ts'
import { measureEventLatency } from './event-latency.ts'
import { measureIngressLatency } from './ingress-latency.ts'
import { measureOverload } from './ingress-overload.ts'
import { measureIngress } from './ingress-throughput.ts'
import { measureMedia } from './media-throughput.ts'
import { measureMemory } from './memory.ts'
import { COMMANDS, measureProcesses } from './processes.ts'
import { measureAgainstHttp } from './raw-http.ts'
import { measureAgainstKafkajs } from './raw-kafka.ts'
import { measureReports } from './report-throughput.ts'
import { measureRequestLatency } from './request-latency.ts'
import { measureStartUp } from './start-up.ts'
import { measureTracing } from './tracing.ts'
import type { Run, Workload } from './workload.ts'

const order = { fastest: go(false).name, slowest: naive.name }
const latencyRate = 300

/** Every workload by its name. `env` is added to the environment of our services. */
export function workloads(env: NodeJS.ProcessEnv): Readonly<Record<string, Workload>> {
  const ours = imchannel(oursName, env)
  const all = [ours, naive, spring, go(false), go(true)]

  const ingress = (results: number, rounds: number, peers: readonly Contender[]): Workload => ({
    unit: 'results/s',
    about: `webhooks of ${results} result${results === 1 ? '' : 's'} as fast as they go, auth on`,
    rounds,
    order,
    run: async (run) => {
      const contenders = await present(run.full ? all : peers, run)
      return measureIngress(run.stage, run.topics, { ...run, contenders, results })
    },
  })

  const dispatcher = (about: string, rounds: number, load: DispatcherLoad): Workload => ({
    unit: 'sends/s',
    about: `${load.commands} waiting commands${about}, a provider that answers after ${load.latencyMs} ms`,
    rounds,
    order,
    run: async (run) => {
      const contenders = await present(run.full ? all : load.contenders, run)
      const samples = await measureDispatcher(run.stage, run.topics, { ...run, ...load, contenders })
      return withLimit(samples, load.latencyMs)
    },
  })

  const each = (
    measure: (
      stage: Run['stage'],
      topics: Run['topics'],
      options: Run & { ours: Contender; rate: number },
    ) => Promise<Sample[]>,
    { leastSeconds = 0, ...workload }: Pick<Workload, 'unit' | 'about' | 'rounds'> & { leastSeconds?: number },
  ): Workload => ({
    ...workload,
    run: (run) => {
      const seconds = Math.max(run.seconds, leastSeconds)
      return measure(run.stage, run.topics, { ...run, seconds, ours, rate: latencyRate })
    },
  })

  return {
    'ingress-1': ingress(1, 2, all),
    'ingress-20': ingress(20, 1, [ours, naive, go(false)]),
    'ingress-500': ingress(500, 2, [ours, naive, go(false)]),
    'ingress-raw': each(measureAgainstKafkajs, {
      unit: 'results/s',
      about: 'webhooks of 500 results, against kafkajs alone producing the same records',
      rounds: 2,
    }),
    'ingress-overload': each(measureOverload, {
      unit: '',
      about: 'webhooks of 500 results from 8 to 1,000 clients that wait as they are told, or come again at once',
      rounds: 1,
    }),
    'ingress-reports': each(measureReports, {
      unit: 'results/s',
      about: 'delivery reports with look-up of the send, against messages',
      rounds: 2,
    }),
    'ingress-latency': {
      unit: 'ms',
      about: `${latencyRate} webhooks a second in an open loop, to their answers`,
      rounds: 2,
      run: async (run) => {
        const contenders = await present([ours, naive, spring, go(false)], run)
        return measureIngressLatency(run.stage, run.topics, { ...run, contenders, rate: latencyRate })
      },
    },
    'latency-event': each(measureEventLatency, {
      unit: 'ms',
      about: `webhook to event visible to a consumer, ${latencyRate} a second in an open loop, against produce to consume`,
      rounds: 2,
      leastSeconds,
    }),
    'latency-request': each(measureRequestLatency, {
      unit: 'ms',
      about: `command to request at Infobip, ${latencyRate} a second in an open loop, against consume and a got call`,
      rounds: 2,
      leastSeconds,
    }),
    'end-to-end': {
      unit: 'ms',
      about: 'webhook to the echo bot’s answer at Infobip, 50 a second in an open loop',
      rounds: 2,
      run: (run) => measureEndToEnd(run.stage, run.topics, { ...run, ours, rate: 50 }),
    },
    'dispatcher-raw': {
      unit: 'sends/s',
      about: '32000 waiting commands at a provider that answers at once, against the same HTTP client alone, both warm',
      rounds: 2,
      run: (run) => measureAgainstHttp(run.stage, run.topics, { ...run, ours }),
    },
    'dispatcher-0': dispatcher('', 2, {
      contenders: [ours, go(false), go(true)],
      latencyMs: 0,
      commands: 64_000,
      warmUp: 0.5,
      cutAfterMs: 60_000,
    }),
    'dispatcher-20': dispatcher('', 1, {
      contenders: [ours, naive, spring, go(false), go(true)],
      latencyMs: 20,
      commands: 30_000,
      // A JVM is warm after half a minute.
      warmUp: 0.5,
      cutAfterMs: 60_000,
    }),
    'dispatcher-100': dispatcher('', 2, {
      contenders: [ours, naive, go(false), go(true)],
      latencyMs: 100,
      commands: 10_000,
    }),
    'dispatcher-500': dispatcher('', 1, { contenders: [ours, naive, go(false)], latencyMs: 500, commands: 10_000 }),
    'dispatcher-429': dispatcher(', of which one in ten is answered 429 at first', 1, {
      contenders: [ours],
      latencyMs: 20,
      commands: 10_000,
      throttledPercent: 10,
      cutAfterMs: 60_000,
    }),
    'dispatcher-hot': dispatcher(' of one conversation', 1, {
      contenders: [ours, naive],
      latencyMs: 20,
      commands: 5_000,
      conversations: 1,
    }),
    'dispatcher-backlog': dispatcher('', 1, {
      contenders: [ours],
      latencyMs: 20,
      commands: 100_000,
      cutAfterMs: 300_000,
    }),
    'tracing-ingress': {
      unit: 'results/s',
      about: 'webhooks of one result with tracing, against none',
      rounds: 2,
      run: (run) => measureTracing('ingress', run),
    },
    'tracing-dispatcher': {
      unit: 'sends/s',
      about: '10000 waiting commands with tracing, against none; a provider that answers after 20 ms',
      rounds: 2,
      run: (run) => measureTracing('dispatcher', run),
    },
    'ingress-processes': {
      unit: 'results/s',
      about:
        'webhooks of one result, to one process on a core of its own and to two; load and brokers have the other core',
      rounds: 1,
      run: (run) => measureProcesses('ingress', env, run),
    },
    'dispatcher-processes': {
      unit: 'sends/s',
      about: `${COMMANDS} waiting commands at a provider that answers at once, one process on a core of its own and two; all else has the other core`,
      rounds: 1,
      run: (run) => measureProcesses('dispatcher', env, run),
    },
    media: each(measureMedia, { unit: 'requests/s', about: 'GETs by size, against webdis; HEADs', rounds: 2 }),
    memory: {
      unit: 'MB',
      about: 'resident after a forced collection, early and late under full load, each service',
      rounds: 1,
      run: (run) =>
        measureMemory(run.stage, run.topics, { ...run, name: oursName, minutes: run.full ? [2, 10] : [0.25, 1.25] }),
    },
    'start-up': each(measureStartUp, {
      unit: 's',
      about: 'from the start of the process to ready, and CPU of ten idle seconds (µs a second)',
      rounds: 2,
    }),
  }
}

/** Those that are asked for and that this machine can run; the others are named. */
async function present(contenders: readonly Contender[], { only, say }: Run): Promise<Contender[]> {
  const ready: Contender[] = []
  for (const contender of contenders) {
    if (!contender.name.toLowerCase().includes(only.toLowerCase())) continue
    const problem = await contender.prepare()
    if (problem === undefined) ready.push(contender)
    else say(`absent: ${contender.name} (${problem.absent})`)
  }
  return ready
}
