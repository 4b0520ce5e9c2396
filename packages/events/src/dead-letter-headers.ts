/** What a dead letter says in headers beside its record's own, whoever wrote it. */
export const DEAD_LETTER_HEADERS = {
  code: 'imchannel-error-code',
  reason: 'imchannel-error-reason',
  /** Which gate refused it, where one did. */
  gate: 'imchannel-gate',
  topic: 'imchannel-source-topic',
  /** Where a topic of that name was made anew. */
  topicAnew: 'imchannel-source-topic-id',
  partition: 'imchannel-source-partition',
  offset: 'imchannel-source-offset',
  attempts: 'imchannel-attempts',
  /** The value did not fit in. */
  omitted: 'imchannel-value-omitted',
} as const
