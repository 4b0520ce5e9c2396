import { INBOUND_TOKEN_LIFE_S } from '@imchannel/media-store'
import { expect, test } from 'vitest'
import { nextTry } from './next-try.ts'

const SIGNED_S = 1_800_000_000
const MINUTE = 60_000
const expiresAt = SIGNED_S + INBOUND_TOKEN_LIFE_S
const outage = { code: 'infobip_refused', mayPass: true }
const gone = { code: 'gone', mayPass: false }

test.each([
  ['an outage, at once', outage, 0, 5_000],
  ['an outage, for a minute', outage, MINUTE, 15_000],
  ['an outage, for a day', outage, 24 * 60 * MINUTE, 10 * MINUTE],
  ['an outage, until the link ends', outage, INBOUND_TOKEN_LIFE_S * 1_000 - MINUTE, undefined],
  ['a 404 of a message that is seconds old', gone, 2_000, 5_000],
  ['a 404 of a message that is minutes old', gone, 8 * MINUTE, 2 * MINUTE],
  ['a 404 of a message that is hours old', gone, 3 * 60 * MINUTE, undefined],
  ['what is too large', { code: 'infobip_refused', mayPass: false }, 0, undefined],
  ['what is no media', { code: 'not_found', mayPass: false }, 0, undefined],
])('%s', (_, failure, ageMs, afterMs) => {
  const now = SIGNED_S * 1_000 + ageMs
  expect(nextTry(failure, expiresAt, now)).toBe(afterMs === undefined ? undefined : now + afterMs)
})

test('tries are far enough from one another, and go on for as long as Infobip keeps the media', () => {
  let tries = 0
  let at: number | undefined = SIGNED_S * 1_000
  let last = 0
  while (at !== undefined) {
    last = at
    tries += 1
    at = nextTry(outage, expiresAt, at)
  }
  expect(expiresAt * 1_000 - last).toBeLessThanOrEqual(10 * MINUTE)
  expect(tries).toBeLessThan(1_100)
})
