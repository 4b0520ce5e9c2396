import type { Config } from '@imchannel/config'
import type { Logger, LogText } from '@imchannel/logging'
import { expect, test } from 'vitest'
import { ShortRetention } from './check-retention.ts'
import { createTopicFollower } from './follow-topics.ts'

const DAY_MS = 86_400_000

/** As far as it is followed. */
function config(topics: readonly string[], maxAgeMs = DAY_MS): Config {
  return { topics: { outbound: topics.map((topic) => ({ topic })) }, maxAgeMs } as unknown as Config
}

function follow({ short = false } = {}) {
  const done: string[] = []
  const lines: string[] = []
  const stop = new AbortController()
  const follower = createTopicFollower({
    consumer: {
      subscribe: (topics) => void done.push(`reads ${topics.join()}`),
      unsubscribe: (topics) => void done.push(`leaves ${topics.join()}`),
    },
    prepare: async () => (done.push('makes'), []),
    checkRetention: async () => {
      done.push('checks')
      if (short) throw new ShortRetention('kept for less: bots.echo')
    },
    signal: stop.signal,
    // `as`: two ways of logging are all that it knows.
    log: {
      warn: (_about: unknown, { pieces }: LogText) =>
        lines.push(pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')),
    } as unknown as Logger,
  })
  return { follower, done, lines }
}

test.each<[what: string, next: Config, done: string[]]>([
  ['nothing changed', config(['a']), []],
  ['a topic is named', config(['a', 'b']), ['reads b', 'makes', 'checks']],
  ['a topic is named no longer', config([]), ['leaves a']],
  ['commands may wait for longer', config(['a'], 2 * DAY_MS), ['checks']],
  ['commands may wait for a shorter time', config(['a'], 1), []],
])('%s', async (_what, next, expected) => {
  const { follower, done } = follow()
  follower(next, config(['a']))
  await expect.poll(() => done).toEqual(expected)
})

test('what is kept for less than commands may wait is said once', async () => {
  const { follower, done, lines } = follow({ short: true })
  follower(config(['a'], 8 * DAY_MS), config(['a']))
  await expect.poll(() => lines).toEqual(['kept for less: bots.echo'])
  expect(done).toEqual(['checks'])
})
