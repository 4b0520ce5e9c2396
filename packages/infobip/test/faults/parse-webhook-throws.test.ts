import { expect, test, vi } from 'vitest'
import { parseWebhook } from '../../src/webhooks/parse-webhook.ts'
import type * as Reports from '../../src/webhooks/read-reports.ts'

// A bug that every delivery report meets.
vi.mock('../../src/webhooks/read-reports.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof Reports>()),
  readDelivery: () => {
    throw new RangeError('a bug')
  },
}))

test('a result whose reading throws is unrecognised, whole, and costs no other', () => {
  const bad = '{"messageId":"d","status":{"groupId":3}}'
  const body = `{"results":[${bad},{"messageId":"s","seenAt":"2026-03-04T05:07:00.000+0000"}]}`
  expect(parseWebhook(Buffer.from(body))).toMatchObject({
    outcome: 'results',
    results: [
      { kind: 'unrecognised', code: 'internal_error', reason: 'reading it threw: RangeError: a bug', text: bad },
      { kind: 'seen' },
    ],
  })
})
