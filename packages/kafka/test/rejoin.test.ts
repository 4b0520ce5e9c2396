import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import type { GroupListener } from '../src/kafkajs/group-session.ts'
import { createKafkajsGroupSession } from '../src/kafkajs/kafkajs-group-session.ts'
import { SESSION_MS, startMember, testClient, testTopic, untilAssigned } from './harness.ts'
import { API, clientWithEditedReplies } from './reply-editor.ts'

/** The protocol's number of the error. */
const REBALANCE_IN_PROGRESS = 27

const direct = testClient()
const ignore = (): void => {}

/** Each assignment that a member gets, whose answer to `sync` can be made one that has it join once more. */
async function watchedMember(groupId: string, topic: string) {
  let again = false
  const client = await clientWithEditedReplies(API.syncGroup, (body) => {
    // [throttle_time_ms, error_code …
    if (again) body.writeInt16BE(REBALANCE_IN_PROGRESS, 4)
    again = false
  })
  const assignments: { partitions: number; unbroken: boolean }[] = []
  let suspended = 0
  const listener: GroupListener = {
    assigned: (assignment, unbroken) => assignments.push({ partitions: assignment.length, unbroken }),
    suspended: () => suspended++,
    fetched: () => false,
    rebalancing: ignore,
    skipped: ignore,
    failed: ignore,
    topicsMayDiffer: ignore,
    contact: ignore,
    trying: ignore,
    fatal: ignore,
  }
  const times = { sessionMs: SESSION_MS, heartbeatMs: 300, rebalanceMs: 10_000, metadataMs: 60_000 }
  const session = createKafkajsGroupSession(client, { groupId, coPartitioned: false }, times, listener)
  onTestFinished(() => session.stop())
  session.start([topic])
  await waitUntil(() => assignments.length === 1)
  return {
    assignments,
    suspended: () => suspended,
    joinTwiceNextTime: () => {
      again = true
    },
  }
}

test('a membership is unbroken through a rebalance, but not where it had to join twice: the generation in between may have been another’s', async () => {
  const [groupId, topic] = [uniqueName('group'), await testTopic(direct, 2)]
  const watched = await watchedMember(groupId, topic)
  const other = startMember(direct, { groupId, topics: [topic], handle: async () => ({ kind: 'done' }) })
  await untilAssigned(other, 1)
  await waitUntil(() => watched.assignments.at(-1)?.partitions === 1)
  const once = watched.assignments.at(-1)
  watched.joinTwiceNextTime()
  await other.stop()
  await waitUntil(() => watched.assignments.at(-1)?.partitions === 2)
  expect(once?.unbroken).toBe(true)
  expect(watched.assignments.at(-1)?.unbroken).toBe(false)
  // It was one member all the time.
  expect(watched.suspended()).toBe(0)
})
