import type { FullOptions } from './consumer-options.ts'
import { type CommittedTopic, digitsOf } from './commit-text.ts'
import type { GroupSession } from '../kafkajs/group-session.ts'
import type { PartitionWork } from './partition-work.ts'

/** A topic as Kafka has it now, where Kafka gives ids. */
export interface TopicNow {
  readonly id: string
  /** The first that was ever met under its name. */
  readonly isFirst: boolean
}

/** Undefined where Kafka gives none. */
export async function topicsNow(
  session: GroupSession,
  topics: ReadonlySet<string>,
  options: Pick<FullOptions, 'firstTopicId'>,
): Promise<ReadonlyMap<string, TopicNow> | undefined> {
  const ids = await session.topicIds([...topics])
  if (ids === undefined) return undefined
  const found = [...ids].map(async ([topic, id]) => {
    const first = (await options.firstTopicId?.(topic, id)) ?? id
    return [topic, { id, isFirst: first === id }] as const
  })
  return new Map(await Promise.all(found))
}

/** What is known of the topic of a partition: by this process, by the group's commit, and now. */
export interface TopicEvidence {
  readonly work: Pick<PartitionWork, 'topicId' | 'topicAnew' | 'mark'>
  readonly kept: CommittedTopic | undefined
  readonly now: TopicNow | undefined
  /** Undefined where there is no record (any more). */
  readonly timestampAt: (offset: number) => Promise<number | undefined>
}

/** Which topic the partition is of. */
export interface RecognisedTopic extends CommittedTopic {
  /** It is not the one that was read before. */
  readonly isOther: boolean
  /** What the group has committed is of this topic, and not of a former one that was still taken for it. */
  readonly isCommitted: boolean
}

export async function recogniseTopic(evidence: TopicEvidence): Promise<RecognisedTopic> {
  const { work, kept, now } = evidence
  const before = work.topicId ?? kept?.id
  if (now === undefined || before === undefined) return recogniseByMark(evidence)
  const { id, isFirst } = now
  const isOther = before !== id
  const known = (kept?.id === id ? kept.anew : undefined) ?? (isFirst ? work.topicAnew : digitsOf(id))
  const isCommitted = kept?.id === undefined || kept.id === id
  return { isOther, isCommitted, id, anew: isOther ? digitsOf(id) : known }
}

async function recogniseByMark(evidence: TopicEvidence): Promise<RecognisedTopic> {
  const { work, kept, now, timestampAt } = evidence
  const mark = work.mark ?? kept?.mark
  const timestamp = mark === undefined ? undefined : await timestampAt(mark.offset)
  const id = now?.id ?? work.topicId
  const later = id === undefined ? undefined : digitsOf(id)
  if (mark === undefined || timestamp === undefined || timestamp === mark.timestamp)
    return { isOther: false, id, mark, ...asBefore(evidence, later) }
  return {
    isOther: true,
    isCommitted: false,
    id,
    mark: { offset: mark.offset, timestamp },
    anew: namedByOther(evidence) ?? later ?? digitsOfTime(timestamp),
  }
}

/** Another member that saw the change before has named it. */
function namedByOther({ work, kept }: TopicEvidence): string | undefined {
  return work.mark !== undefined && kept?.anew !== work.topicAnew ? kept?.anew : undefined
}

/** @param later the digits of the topic's id, where it has one */
function asBefore(
  { work, kept, now }: TopicEvidence,
  later: string | undefined,
): Pick<RecognisedTopic, 'isCommitted' | 'anew'> {
  const anew = work.topicAnew ?? kept?.anew ?? (now?.isFirst === false ? later : undefined)
  const isCommitted = kept === undefined || work.topicAnew === undefined || kept.anew === work.topicAnew
  return { isCommitted, anew }
}

function digitsOfTime(timestamp: number): string {
  return (timestamp % 2 ** 32).toString(16).padStart(8, '0')
}
