import { resendBatch } from '@imchannel/kafka'
import { messageOf } from '../../session/failure.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Scratch } from './scratch.ts'

const { ok, problem } = findingsOf('kafka')
const VALUE = 'written twice'

/** Is a batch that comes twice, as after a lost answer, stored once? */
export async function tryIdempotence({ client, read, mark }: Scratch, topic: string): Promise<Finding[]> {
  const before = await mark(topic)
  try {
    await resendBatch(client, topic, [{ key: 'doctor', value: VALUE }])
  } catch (error) {
    return [
      problem(
        `Kafka takes no idempotent writes: ${messageOf(error)}.`,
        'Allow it (on brokers before 2.8: IDEMPOTENT_WRITE on the cluster). Without it a lost answer doubles records.',
      ),
    ]
  }
  return [judgeCopies((await read(topic, before)).filter(({ value }) => String(value) === VALUE).length)]
}

/** Pure. */
export function judgeCopies(copies: number): Finding {
  if (copies === 1) return ok('A batch that was sent twice under one sequence number is stored once.')
  return problem(
    `A batch that was sent twice under one sequence number is stored ${copies} times.`,
    'Events and commands would double after each lost answer: use a Kafka whose idempotent producer is real.',
  )
}
