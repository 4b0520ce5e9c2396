import { type Finding, findingsOf } from '../finding.ts'
import type { Scratch } from './scratch.ts'

const { ok, warning, problem } = findingsOf('kafka')
const MIB = 1024 * 1024
/** What the services make their topics for, and what is left where a cluster has limits of its own. */
const SIZES = [8, 4, 2, 1] as const
/** Of the batch and of key and headers. */
const OVERHEAD = 1024

/** How large a record does it take, and give back? */
export async function trySize({ publish, read, mark }: Scratch, topic: string): Promise<Finding[]> {
  for (const size of SIZES) {
    const value = Buffer.alloc(size * MIB - OVERHEAD, size)
    const before = await mark(topic)
    const [result] = await publish([{ topic, key: 'doctor', value }])
    if (result?.kind !== 'stored') continue
    const found = await read(topic, before)
    if (found.some((record) => record.value?.equals(value))) return [judgeSize(size)]
  }
  return [judgeSize(0)]
}

/** Pure. @param size in MiB; 0 where not even one is taken */
export function judgeSize(size: 0 | (typeof SIZES)[number]): Finding {
  switch (size) {
    case 8:
      return ok('A record of 8 MiB comes back whole.')
    case 4:
    case 2:
    case 1:
      return warning(
        `Records of ${size} MiB come back whole, larger ones do not.`,
        'Events of large webhooks lose their original or are cut, and larger commands cannot be written. Raise message.max.bytes (or max.message.bytes of the topics), replica.fetch.max.bytes and socket.request.max.bytes to 8 MiB and more, or tell bots to give media by reference.',
      )
    case 0:
      return problem(
        'Not even a record of 1 MiB comes back whole.',
        'Raise message.max.bytes to 8 MiB: a webhook’s event, and a command with a picture, may be so large.',
      )
  }
}
