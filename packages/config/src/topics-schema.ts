import { z } from 'zod'
import { nonEmpty, oneOrMore, wholeNumber } from './fields.ts'

/** A command topic: a name or all that a regular expression matches, perhaps bound to one tenant. */
export interface OutboundTopic {
  readonly topic: string | RegExp
  readonly tenant?: string
  /** Of its commands that say none. */
  readonly class?: SendClass
}

/** As `packages/events` has them: this package stands below it. */
const sendClasses = ['reply', 'notification', 'bulk'] as const
type SendClass = (typeof sendClasses)[number]

const topicName = /^[a-zA-Z0-9._-]{1,249}$/
const between = /^\/(.*)\/$/

const name = nonEmpty('topic name or a /regular expression/').transform((value, context): string | RegExp => {
  const [, pattern] = between.exec(value) ?? []
  if (pattern !== undefined) {
    try {
      return new RegExp(pattern)
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a regular expression' })
      return z.NEVER
    }
  }
  if (topicName.test(value)) return value
  context.addIssue({
    code: 'custom',
    message: 'must be a topic name (letters, digits, ".", "_", "-") or a /regular expression/',
  })
  return z.NEVER
})

const outbound = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  z
    .strictObject(
      {
        name,
        tenant: nonEmpty('tenant').exactOptional(),
        class: z.enum(sendClasses, { error: () => `must be one of ${sendClasses.join(', ')}` }).exactOptional(),
      },
      {
        error: (issue) =>
          issue.code === 'invalid_type'
            ? 'must be a topic name, a /regular expression/ or { name, tenant, class }'
            : undefined,
      },
    )
    .transform(({ name: topic, ...rest }): OutboundTopic => ({ topic, ...rest })),
)

/** Which topics are written and read. */
export const topicsSchema = z
  .strictObject({
    prefix: nonEmpty('prefix')
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, { error: () => 'must be letters, digits, ".", "_" or "-"' })
      .default('imchannel')
      .describe('Before the names of all topics that are written. Restart to change.'),
    outbound: oneOrMore(outbound, 'must name a command topic')
      .exactOptional()
      .describe(
        'Command topics: names, `/regular expressions/`, or `{name, tenant, class}` for a topic of one tenant, or of commands that are of a class where they say none: `reply`, `notification` (the default) or `bulk`. Names, tenants and classes may change without a restart, expressions not. Default: `<prefix>.outbound`.',
      ),
    partitions: wholeNumber(1, 10_000)
      .default(12)
      .describe(
        'Of topics that are created (`KAFKA_TOPIC_PARTITIONS`); existing ones are never changed. 12 is divisible among 1, 2, 3, 4, 6 and 12 instances.',
      ),
  })
  .prefault({})
