import { setTimeout as sleep } from 'node:timers/promises'
import { createOrderedConsumer, groupOffsets, type OrderedConsumer } from '@imchannel/kafka'
import { durationText } from '../../session/read-values.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Scratch } from './scratch.ts'

const { ok, warning, problem } = findingsOf('kafka')
const PATIENCE_MS = 40_000
const LOOK_EVERY_MS = 100
const RECORDS = 100
const COMMIT_TEXT = 'doctor'

/** What came of a group of two, the second of which came later and outlived the first. */
export interface Rebalance {
  /** Partitions of each, once both were members. */
  readonly shares: readonly [number, number]
  readonly partitions: number
  readonly joinedMs: number
  readonly tookOverMs: number
  /** Of what was written, in order, each as often as it was handled. */
  readonly handled: readonly string[]
  /** Texts that were kept with the commits. */
  readonly kept: readonly string[]
}

/** Two members share a topic, one leaves, and the other goes on from what was committed. */
export async function tryRebalance(scratch: Scratch, topic: string): Promise<Finding[]> {
  const partitions = (await scratch.mark(topic)).size
  const group = scratch.group('rebalance')
  const run = scratch.prefix
  const handled: string[] = []
  const join = (): OrderedConsumer => {
    const consumer = createOrderedConsumer(scratch.client, {
      groupId: group,
      topics: [topic],
      laneOf: ({ key }) => String(key),
      handle: async ({ key, value }) => {
        // The topic has what other trials wrote, too.
        if (String(key).startsWith(run)) handled.push(String(value))
        return { kind: 'done' }
      },
      commitMetadata: () => COMMIT_TEXT,
      commitEveryMs: 500,
    })
    consumer.start()
    return consumer
  }
  const write = async (from: number): Promise<void> => {
    const records = Array.from({ length: RECORDS }, (_, index) => from + index)
    const each = records.map((number) => ({ topic, key: `${run} ${number % 10}`, value: String(number) }))
    await scratch.publish(each)
  }
  const until = async (fact: () => boolean): Promise<boolean> => {
    const deadline = performance.now() + PATIENCE_MS
    while (!fact() && performance.now() < deadline) await sleep(LOOK_EVERY_MS, undefined, { signal: scratch.signal })
    return fact()
  }

  const members = [join()]
  const shareOf = (index: number): number => members[index]?.assignment().length ?? 0
  try {
    if (!(await until(() => shareOf(0) === partitions))) return [noMember(group)]
    await write(0)
    const began = performance.now()
    members.push(join())
    await until(() => shareOf(0) > 0 && shareOf(1) > 0 && shareOf(0) + shareOf(1) === partitions)
    const joinedMs = performance.now() - began
    const shares: [number, number] = [shareOf(0), shareOf(1)]
    await write(RECORDS)
    await until(() => new Set(handled).size === 2 * RECORDS)
    const left = performance.now()
    await members[0]?.stop()
    await until(() => shareOf(1) === partitions)
    const tookOverMs = performance.now() - left
    await write(2 * RECORDS)
    await until(() => new Set(handled).size === 3 * RECORDS)
    await members[1]?.stop()
    const offsets = (await groupOffsets(scratch.client, group, [topic])).get(topic) ?? []
    const kept = offsets.map(({ metadata }) => metadata)
    return judgeRebalance({ shares, partitions, joinedMs, tookOverMs, handled, kept })
  } finally {
    await Promise.all(members.map((member) => member.stop({ drainMs: 0 })))
  }
}

function noMember(group: string): Finding {
  return problem(
    `No member of the group ${group} got the topic’s partitions within ${durationText(PATIENCE_MS)}.`,
    'Allow this user to READ the topic and the group, and look at the brokers’ health (the topic __consumer_offsets).',
  )
}

/** Pure. */
export function judgeRebalance(seen: Rebalance): Finding[] {
  const { shares, partitions, joinedMs, tookOverMs, handled, kept } = seen
  const missing = 3 * RECORDS - new Set(handled).size
  const findings: Finding[] = []
  if (shares.includes(0) || shares[0] + shares[1] !== partitions) {
    findings.push(
      problem(
        `Two members of a group had ${shares[0]} and ${shares[1]} of ${partitions} partitions after ${durationText(joinedMs)}.`,
        'Instances cannot share work: look at the group coordinator and at group.max.session.timeout.ms (10 s are asked for).',
      ),
    )
  }
  if (missing > 0) {
    findings.push(
      problem(
        `${missing} of ${3 * RECORDS} records were not delivered while members came and went.`,
        'Commits are lost or wrong: look at the group coordinator.',
      ),
    )
  }
  if (kept.length === 0 || kept.some((text) => text !== COMMIT_TEXT)) {
    findings.push(
      warning(
        'Kafka does not keep the text that is committed with an offset.',
        'After a restart more is read again, and a topic that was made anew is known by timestamps alone.',
      ),
    )
  }
  if (findings.length > 0) return findings
  const again = handled.length - new Set(handled).size
  return [
    ok(
      `Two members shared ${partitions} partitions after ${durationText(joinedMs)}; when one left, the other had them all after ${durationText(tookOverMs)}, and nothing was skipped${again === 0 ? '' : ` (${again} of ${3 * RECORDS} came again)`}.`,
    ),
  ]
}
