import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * The forty traps of Infobip's API. A test named `trap N: …` stands for each, or a test by the name it has among its
 * own kind, or the reason why it is no trap here.
 */
const traps: Record<number, string | { test: string; in: string } | { notHere: string }> = {
  1: 'dates in every spelling',
  2: 'receivedAt has whole seconds: no order by it',
  3: 'many results, none, or no results at all',
  4: 'one bad result beside good ones',
  5: 'types and shapes that nobody knows',
  6: 'null, absent and empty are one',
  7: 'prototype pollution and deep nesting',
  8: 'amounts keep their digits',
  9: 'counting characters',
  10: 'phone numbers are text',
  11: 'sender and recipient flip',
  12: 'a report before the answer',
  13: 'duplicates',
  14: 'out of order',
  15: 'pending is not delivered',
  16: 'new names of groups',
  17: 'error 0',
  18: 'callbackData',
  19: 'bulks',
  20: 'messageId that is a code',
  21: 'shapes of answers',
  22: 'validity',
  23: 'defaults that change messages',
  24: 'the 24-hour window',
  25: 'placeholders and language',
  26: { test: 'is never shortened by a HEAD', in: 'packages/media-store/test/media-store.test.ts' },
  27: 'text beside media',
  28: 'the default scenario',
  29: 'two addresses',
  30: 'reports that can be read once',
  31: 'logs that lag',
  32: 'secrets and personal data in logs',
  33: 'records too large for Kafka',
  34: {
    test: 'a webhook while Kafka is stopped is 503, and its retry lands exactly once',
    in: 'services/ingress/test/faults/kafka-away.test.ts',
  },
  35: { notHere: 'the path of a webhook is /{tenant}/imchannel/onMessage: 81 characters at most, and no token in it' },
  36: { test: 'pässword:1', in: 'services/ingress/src/auth/authenticate.test.ts' },
  37: {
    test: 'what is more than can wait is shed at once, and the room is given back',
    in: 'services/ingress/test/faults/kafka-away.test.ts',
  },
  38: 'ids that are numbers',
  39: 'prices of items',
  40: 'location URLs, stickers, voice',
}

const root = new URL('../../../', import.meta.url).pathname
const files = globSync('{packages,services}/*/{src,test}/**/*.test.ts', { cwd: root, exclude: ['**/node_modules/**'] })
const tests = files.map((file) => ({ file, text: readFileSync(root + file, 'utf8') }))

it.each(Object.entries(traps))('trap %s has a test of its own name, or a reason why not: %j', (number, trap) => {
  if (typeof trap === 'object' && 'notHere' in trap) return
  const holds = ({ file, text }: { file: string; text: string }): boolean =>
    typeof trap === 'string'
      ? new RegExp(`['"\`]trap ${number}:`, 'u').test(text)
      : file === trap.in && text.includes(trap.test)
  expect(tests.filter(holds)).not.toEqual([])
})

it('are forty', () => {
  expect(Object.keys(traps)).toHaveLength(40)
})
