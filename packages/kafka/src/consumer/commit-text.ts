const TOPIC = / ?topic=([0-9a-f]{32})(,anew)?$/

/** Which topic an offset is of: a name can have several, one after the other. */
export interface CommittedTopic {
  readonly id: string
  /** It is known not to be the first of its name. */
  readonly isAnew: boolean
}

/** What is kept with a commit: the caller's text, and the topic. */
export function commitText(text: string | undefined, topic: CommittedTopic | undefined): string | undefined {
  if (topic === undefined) return text
  const named = `topic=${topic.id}${topic.isAnew ? ',anew' : ''}`
  return text === undefined ? named : `${text} ${named}`
}

/** A commit without a topic, as by earlier versions, is of the one that is there now. */
export function readCommitText(kept: string): { text: string; topic: CommittedTopic | undefined } {
  const [whole, id, anew] = TOPIC.exec(kept) ?? []
  if (whole === undefined || id === undefined) return { text: kept, topic: undefined }
  return { text: kept.slice(0, -whole.length), topic: { id, isAnew: anew !== undefined } }
}
