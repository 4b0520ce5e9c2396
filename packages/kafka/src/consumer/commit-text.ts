const TOPIC_ID = / ?topic=([0-9a-f]{32})$/

/** What is kept with a commit: the caller's text, and of which topic the offset is, as a name can be given once more. */
export function commitText(text: string | undefined, topicId: string | undefined): string | undefined {
  if (topicId === undefined) return text
  return text === undefined ? `topic=${topicId}` : `${text} topic=${topicId}`
}

/** A commit without an id, as by earlier versions, is of the topic that is there now. */
export function readCommitText(kept: string): { text: string; topicId: string | undefined } {
  const found = TOPIC_ID.exec(kept)
  return { text: found === null ? kept : kept.slice(0, found.index), topicId: found?.[1] }
}
