import type { ConsentRecorded } from '@imchannel/events'
import type { BlocklistEntry } from '@imchannel/infobip'
import { describe, expect, test } from 'vitest'
import { blocklistChanges, type ReadBlocklist } from './blocklist-changes.ts'

const [sender, customer] = ['447700900123', '351910000042']
const at = (time: string): string => `2026-11-30T${time}:00.000Z`
const startedAt = Date.parse(at('12:00'))

function list(entries: readonly BlocklistEntry[], over: Partial<ReadBlocklist> = {}): ReadBlocklist {
  return { tenant: 'acme', account: 'x.api.infobip.com', senders: [sender], isOnly: true, entries, startedAt, ...over }
}

function said(over: Partial<ConsentRecorded> = {}): ConsentRecorded {
  return {
    tenant: 'acme',
    sender,
    from: customer,
    source: 'blocklist',
    state: 'optedOut',
    scope: 'all',
    since: at('09:00'),
    ...over,
  }
}

const short = (found: ReturnType<typeof blocklistChanges>): unknown[] =>
  found.map(({ key, data: { state, changedAt } }) => [key, state, changedAt])

const entry: BlocklistEntry = { destination: customer, sender, channel: 'WHATSAPP', createdAt: at('10:00') }
const key = `acme:${sender}:${customer}`

describe('who is on a blocklist', () => {
  test.each<[string, BlocklistEntry[], ConsentRecorded[], unknown[]]>([
    ['and was not known', [entry], [], [[key, 'optedOut', at('10:00')]]],
    ['whoever sends', [{ ...entry, sender: undefined }], [], [[`acme:-:${customer}`, 'optedOut', at('10:00')]]],
    [
      'without a time, is so from the reading on',
      [{ ...entry, createdAt: undefined }],
      [],
      [[key, 'optedOut', at('12:00')]],
    ],
    ['and is known to be', [entry], [said()], []],
    ['as before a correction, stays corrected', [entry], [said({ state: 'optedIn', since: at('11:00') })], []],
    ['again after an UNBLOCK', [entry], [said({ state: 'optedIn' })], [[key, 'optedOut', at('10:00')]]],
    ['without a time, after an UNBLOCK', [{ ...entry, createdAt: undefined }], [said({ state: 'optedIn' })], []],
    ['of another channel', [{ ...entry, channel: 'SMS' }], [], []],
    ['of a sender that is none of ours', [{ ...entry, sender: 'ACME' }], [], []],
    ['by e-mail', [{ ...entry, destination: 'ana@example.com' }], [], []],
  ])('%s', (_, entries, known, wanted) => expect(short(blocklistChanges(list(entries), known))).toEqual(wanted))
})

describe('who is no longer on a blocklist', () => {
  test.each<[string, Partial<ReadBlocklist>, ConsentRecorded, unknown[]]>([
    ['is lifted', {}, said(), [[key, 'optedIn', at('12:00')]]],
    ['stays, where a webhook told it a moment ago', {}, said({ since: at('11:55') }), []],
    ['stays, where it is another account’s number', { senders: ['447700900999'] }, said(), []],
    [
      'is lifted for all numbers of a tenant',
      {},
      said({ sender: undefined }),
      [[`acme:-:${customer}`, 'optedIn', at('12:00')]],
    ],
    ['stays for all numbers, where other accounts have lists', { isOnly: false }, said({ sender: undefined }), []],
    [
      'is lifted for all numbers, where this list said it',
      { isOnly: false },
      said({ sender: undefined, evidence: { by: 'the blocklist of x.api.infobip.com' } }),
      [[`acme:-:${customer}`, 'optedIn', at('12:00')]],
    ],
    ['and was lifted, is no news', {}, said({ state: 'optedIn' }), []],
  ])('%s', (_, over, known, wanted) => expect(short(blocklistChanges(list([], over), [known]))).toEqual(wanted))
})
