import { messageOf } from '../kafkajs/admin.ts'
import { commitText } from './commit-text.ts'
import type { FullOptions } from './consumer-options.ts'
import type { GroupSession } from '../kafkajs/group-session.ts'
import { kafkaInstruments, messagingAttributes } from '../instruments.ts'
import type { OffsetTracker } from './offset-tracker.ts'
import type { PartitionWork } from './partition-work.ts'

/** Commits how far each partition is finished: every second, after 500 records, and when asked to. */
export interface CommitLoop {
  start(): void
  stop(): void
  /** Commits what is due; never rejects. One commit is under way at a time. */
  commit(): Promise<void>
  /** One more record is finished. */
  finished(): void
}

interface Due {
  readonly work: PartitionWork
  readonly offset: number
  readonly tracker: OffsetTracker
}

export function createCommitLoop(
  options: FullOptions,
  session: () => GroupSession,
  works: () => Iterable<PartitionWork>,
): CommitLoop {
  let timer: NodeJS.Timeout | undefined
  let finished = 0
  let last: Promise<void> = Promise.resolve()
  /** The text that the last commit kept. */
  let kept: string | undefined

  function worksDue(hasNews: boolean): Due[] {
    const due: Due[] = []
    for (const work of works()) {
      const { tracker } = work
      if (!work.settled || work.ownership !== 'owned' || tracker === undefined) continue
      // Where reading is refused, so is committing, and one refusal is the answer to all.
      if (work.failure !== undefined) continue
      const offset = tracker.watermark()
      // A record that is stuck holds back the offset, not the work behind it, nor what the text says of that.
      if (offset !== work.committed || (hasNews && work.open.size > 0)) due.push({ work, offset, tracker })
    }
    return due
  }

  async function commitDue(): Promise<void> {
    const metadata = options.commitMetadata?.()
    const due = worksDue(metadata !== undefined && metadata !== kept)
    finished = 0
    if (due.length === 0) return
    const startedAt = performance.now()
    let failure: string | undefined
    try {
      const offsets = due.map(({ work: { topic, partition, topicId: id, mark, topicAnew: anew }, offset }) => {
        return { topic, partition, offset, metadata: commitText(metadata, { id, mark, anew }) }
      })
      await session().commit(offsets)
      // Where the log began anew meanwhile, it is an offset of the former one.
      for (const { work, offset, tracker } of due) if (work.tracker === tracker) work.committed = offset
      kept = metadata
      options.emit({ kind: 'committed', partitions: due.length })
    } catch (error) {
      failure = error instanceof Error ? error.name : 'unknown'
      options.emit({ kind: 'commit-failed', error: error instanceof Error ? error : new Error(messageOf(error)) })
    }
    kafkaInstruments().operationDuration.record((performance.now() - startedAt) / 1000, {
      ...messagingAttributes('commit', undefined),
      'messaging.consumer.group.name': options.groupId,
      ...(failure === undefined ? {} : { 'error.type': failure }),
    })
  }

  const commit = () => (last = last.then(commitDue))

  return {
    start: () => (timer = setInterval(() => void commit(), options.commitEveryMs)),
    stop: () => clearInterval(timer),
    commit,
    finished: () => {
      // In a task of its own: inside kafkajs a rejoin and its event are some microtasks apart, and a commit between
      // them would be of the old assignment under the new membership.
      if (++finished === options.commitEvery) setImmediate(() => void commit())
    },
  }
}
