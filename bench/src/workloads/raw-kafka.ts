import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { uniqueName } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { runRaw } from '../contenders/raw.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { measureIngress } from './ingress-throughput.ts'
import type { RunOptions } from './workload.ts'

export const bareKafkajs = 'kafkajs alone, the same records'

/** Webhooks of 500 results, against kafkajs alone that produces the very records that ingress made of one. */
export async function measureAgainstKafkajs(
  stage: Stage,
  topics: TopicCounter,
  { ours, ...options }: RunOptions & { ours: Contender },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const [mine] = await measureIngress(stage, topics, {
      ...options,
      rounds: 1,
      results: 500,
      contenders: [ours],
      onStored: async (topic) => {
        await writeFile(join(stage.folder, 'records.json'), JSON.stringify(await topics.read(topic, 500)))
      },
    })
    if (mine !== undefined) samples.push({ ...mine, round })
    const prefix = uniqueName('bench')
    await topics.create(prefix)
    const raw = await runRaw('kafkajs', {
      brokers: stage.brokers,
      topic: `${prefix}.inbound`,
      seconds: options.seconds,
      file: join(stage.folder, 'records.json'),
    })
    const name = bareKafkajs
    options.say(`round ${round}  ${name}: ${raw.perSecond.toFixed(0)} results/s, ${raw.cpuMicros.toFixed(1)} µs each`)
    samples.push({ contender: name, round, value: raw.perSecond, cpuMicros: raw.cpuMicros })
  }
  return samples
}
