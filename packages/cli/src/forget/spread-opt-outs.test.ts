import type { ConsentRecorded } from '@imchannel/events'
import { expect, test } from 'vitest'
import { missingOptOuts } from './spread-opt-outs.ts'

const tenant = 'acme'
const [phone, userId] = ['351910000042', 'PT.9000000000000099']
const names = new Set([phone, userId])

function said(from: string, over: Partial<ConsentRecorded> = {}): ConsentRecorded {
  return {
    tenant,
    sender: '447860099299',
    from,
    source: 'keyword',
    state: 'optedOut',
    scope: 'marketing',
    since: '2026-12-01T10:00:00.000Z',
    evidence: { messageId: 'wamid.x' },
    ...over,
  }
}

test.each([
  ['an opt-out under one name is missing under the other, without what led to it', [said(phone)], [said(userId)]],
  ['an opt-out under both is missing nowhere', [said(phone), said(userId)], []],
  ['an opt-in is said nowhere else', [said(phone, { state: 'optedIn' })], []],
  [
    'an opt-out counts beside a later opt-in under the other name',
    [said(phone), said(userId, { state: 'optedIn', since: '2026-12-01T11:00:00.000Z' })],
    [said(userId, { since: '2026-12-01T11:00:00.000Z' })],
  ],
  [
    'each source, number and template has its own',
    [
      said(phone),
      said(userId, { source: 'blocklist' }),
      said(phone, { sender: undefined }),
      said(userId, { scope: 'template', template: 'sale' }),
    ],
    [
      said(userId),
      said(phone, { source: 'blocklist' }),
      said(userId, { sender: undefined }),
      said(phone, { scope: 'template', template: 'sale' }),
    ],
  ],
])('%s', (_, records, wanted) => {
  const found = missingOptOuts(records, { tenant, names })
  expect(found).toEqual(
    wanted.map(({ sender, from, source, scope, template, since }) => ({
      tenant,
      from: sender,
      customer: from,
      state: 'optedOut',
      scope,
      source,
      template,
      since,
    })),
  )
})
