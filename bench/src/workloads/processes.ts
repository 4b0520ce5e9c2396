import { cpus } from 'node:os'
import type { Contender } from '../contenders/contender.ts'
import { imchannel, oursName } from '../contenders/imchannel.ts'
import { together } from '../contenders/together.ts'
import type { Sample } from '../ratios.ts'
import { measureDispatcher } from './dispatcher-throughput.ts'
import { measureIngress } from './ingress-throughput.ts'
import type { Run } from './workload.ts'

/** The core of the first process … */
const OWN = '0'
/** … and that of load, Kafka and Redis, which the second process shares with them. */
const OTHERS = '1'

/** Of two processes each has to become warm with half of them. */
export const COMMANDS = 96_000

export const oneProcess = 'one process, a core of its own'
export const sharing = 'two processes, that core'
export const apart = 'two processes, a core each'

/**
 * One process against two, load and brokers on the other core. Two on one core show what sharing the work out costs, since they have no
 * more to work with than one; two on two cores have what load and brokers leave of the second.
 */
export async function measureProcesses(
  service: 'ingress' | 'dispatcher',
  env: NodeJS.ProcessEnv,
  run: Run,
): Promise<Sample[]> {
  if (cpus().length < 2) throw new Error('it takes two cores')
  const on = (core: string): Contender => imchannel(oursName, env, { under: ['taskset', '-c', core], env: {} })
  const contenders = [
    { ...on(OWN), name: oneProcess },
    together(sharing, [on(OWN), on(OWN)]),
    together(apart, [on(OWN), on(OTHERS)]),
  ]
  const unpin = run.stage.pin(OTHERS)
  try {
    const load = { latencyMs: 0, commands: COMMANDS, warmUp: 0.5, cutAfterMs: 90_000 }
    return service === 'ingress'
      ? await measureIngress(run.stage, run.topics, { ...run, contenders, results: 1 })
      : await measureDispatcher(run.stage, run.topics, { ...run, ...load, contenders })
  } finally {
    unpin()
  }
}
