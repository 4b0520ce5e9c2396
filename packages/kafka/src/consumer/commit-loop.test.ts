import { expect, test } from 'vitest'
import { createCommitLoop } from './commit-loop.ts'
import { withDefaults } from './consumer-options.ts'
import { createPartitionWork, trackFrom } from './partition-work.ts'
import type { GroupSession } from '../kafkajs/group-session.ts'

const TOPIC_ID = 'ab'.repeat(16)

function workAt(partition: number, offset: number) {
  const work = createPartitionWork({ topic: 't', partition })
  work.settled = true
  trackFrom(work, offset)
  return work
}

/** Commits once, and gives what was committed. */
async function committed(works: ReturnType<typeof workAt>[], commitMetadata?: () => string, failing = false) {
  const options = withDefaults({
    groupId: 'g',
    topics: ['t'],
    laneOf: () => '',
    handle: async () => ({ kind: 'done' }),
    ...(commitMetadata === undefined ? {} : { commitMetadata }),
  })
  const calls: Parameters<GroupSession['commit']>[0][] = []
  // `as`: a commit is all that it asks of a session.
  const session = {
    commit: async (offsets: (typeof calls)[number]) => {
      if (failing) throw new Error('refused')
      calls.push(offsets)
    },
  } as unknown as GroupSession
  await createCommitLoop(
    options,
    () => session,
    () => works,
  ).commit()
  return calls.flat().map(({ partition, offset, metadata }) => [partition, offset, metadata])
}

test('of partitions that are ours and settled, and of no other', async () => {
  const works = [workAt(0, 5), workAt(1, 5), workAt(2, 5), workAt(3, 5), workAt(4, 5)]
  const [, suspended, gone, unsettled, failed] = works
  Object.assign(suspended ?? {}, { ownership: 'suspended' })
  Object.assign(gone ?? {}, { ownership: 'gone' })
  Object.assign(unsettled ?? {}, { settled: false })
  Object.assign(failed ?? {}, { failure: 'refused' })
  expect(await committed(works)).toEqual([[0, 5, undefined]])
})

test('what is committed is not committed again, unless the text has news of what is open behind it', async () => {
  const [done, open] = [workAt(0, 5), workAt(1, 5)]
  done.committed = 5
  open.committed = 5
  open.open.set(5, { writtenAt: 0, bytes: 0, share: 1 })
  expect(await committed([done, open])).toEqual([])
  expect(await committed([done, open], () => 'news')).toEqual([[1, 5, 'news']])
})

test('with the topic that the offset is of', async () => {
  const work = workAt(0, 5)
  work.topicId = TOPIC_ID
  expect(await committed([work], () => 'text')).toEqual([[0, 5, `text topic=${TOPIC_ID}`]])
  Object.assign(work, { committed: undefined, topicAnew: TOPIC_ID.slice(0, 8) })
  expect(await committed([work])).toEqual([[0, 5, `topic=${TOPIC_ID},anew`]])
})

test('a commit that is refused counts for nothing', async () => {
  const work = workAt(0, 5)
  expect(await committed([work], undefined, true)).toEqual([])
  expect(work.committed).toBeUndefined()
})
