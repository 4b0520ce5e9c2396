const TOPIC = / ?(?:topic=([0-9a-f]{32})|ts=(\d+)@(\d+))(,anew(?:=([0-9a-f]{8}))?)?$/
const DIGITS = 8

/** A record of a topic that has no id: another topic of the name has another one at this offset, or none. */
export interface TopicMark {
  readonly offset: number
  readonly timestamp: number
}

/** Which topic an offset is of: a name can have several, one after the other. */
export interface CommittedTopic {
  readonly id?: string | undefined
  /** Instead of the id, where Kafka gives none. */
  readonly mark?: TopicMark | undefined
  /** Tells its places from those of the first topic of the name, which has none. */
  readonly anew?: string | undefined
}

/** What places in a topic with an id are told apart by. */
export function digitsOf(id: string): string {
  return id.slice(0, DIGITS)
}

/** What is kept with a commit: the caller's text, and the topic. */
export function commitText(text: string | undefined, { id, mark, anew }: CommittedTopic): string | undefined {
  const topic = id === undefined ? mark && `ts=${mark.timestamp}@${mark.offset}` : `topic=${id}`
  if (topic === undefined) return text
  const later = anew === undefined ? '' : id !== undefined && anew === digitsOf(id) ? ',anew' : `,anew=${anew}`
  return text === undefined ? `${topic}${later}` : `${text} ${topic}${later}`
}

/** A commit without a topic, as by earlier versions, is of the one that is there now. */
export function readCommitText(kept: string): { text: string; topic: CommittedTopic | undefined } {
  const [whole, id, timestamp, offset, later, digits] = TOPIC.exec(kept) ?? []
  if (whole === undefined) return { text: kept, topic: undefined }
  const anew = later === undefined ? undefined : (digits ?? (id && digitsOf(id)))
  const mark = id === undefined ? { offset: Number(offset), timestamp: Number(timestamp) } : undefined
  return { text: kept.slice(0, -whole.length), topic: { id, mark, anew } }
}
