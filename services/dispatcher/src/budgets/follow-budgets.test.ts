import type { Tenant } from '@imchannel/config'
import { encodeEvent, messageAccepted, messageIdOf, messageRejected, topics, type ImEvent } from '@imchannel/events'
import type { BudgetStretch, CounterChange, KeptBudgets, Places } from '@imchannel/fact-store'
import type { IncomingRecord, TopicReader } from '@imchannel/kafka'
import { describe, expect, it } from 'vitest'
import { changesOfRecord } from './changes-of-record.ts'
import { CountsWentBack, followBudgets } from './follow-budgets.ts'
import { allCounts } from './limited-tenants.ts'

const names = topics()
const now = Date.parse('2026-12-01T12:00:00Z')
const number = '447860099299'
// `as`: what is counted by.
const acme = {
  id: 'acme',
  budgets: [{ per: 'tenant', period: 'day', messages: 5, over: 'enforce' }],
  accounts: [{ timeZone: 'UTC', senders: [{ number }] }],
} as unknown as Tenant
const counter = { budget: 'tenant/day/messages', scope: '-', period: '2026-12-01' }
const subject = { tenant: 'acme', commandId: 'c', from: number, to: '351' }
const at = new Date(now).toISOString()
const error = { code: 'BAD_REQUEST', reason: 'no' }
const messageId = messageIdOf('acme', 'c')

function recordOf(event: ImEvent, offset = 0): IncomingRecord {
  const { topic, key, value, headers } = encodeEvent(event, names)
  return {
    topic,
    partition: 0,
    offset: String(offset),
    timestamp: now,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, one]) => [name, bytesOf(one) ?? undefined])),
  }
}

function bytesOf(text: unknown): Buffer | null {
  if (typeof text === 'string') return Buffer.from(text)
  return Buffer.isBuffer(text) ? text : null
}

function changes(event: ImEvent): readonly CounterChange[] {
  return changesOfRecord(recordOf(event), { tenants: new Map([['acme', acme]]), now })?.changes ?? []
}

describe('changesOfRecord', () => {
  it('an accepted message counts what it had reserved', () => {
    const reserved = [{ ...counter, units: 1 }]
    expect(changes(messageAccepted(subject, { at, reserved }))).toEqual([
      { do: 'accept', counter, messageId, units: 1 },
    ])
    expect(changes(messageAccepted(subject, { at }))).toEqual([])
  })

  it('a rejected one is freed, unless it may have been sent, or was checked only', () => {
    const freed = [{ do: 'free', counter, previous: '2026-11-30', messageId }]
    expect(changes(messageRejected(subject, { at, error }))).toEqual(freed)
    expect(changes(messageRejected(subject, { at, error: { ...error, code: 'outcome_unknown' } }))).toEqual([])
    expect(changes(messageRejected({ ...subject, dryRun: true }, { at, error }))).toEqual([])
    expect(changes(messageRejected({ ...subject, tenant: 'other' }, { at, error }))).toEqual([])
  })
})

/** A topic of these records, and counts that say how far they have been read. */
function stage(records: readonly IncomingRecord[], found: Places | undefined) {
  const stretches: BudgetStretch[] = []
  const restored: KeptBudgets[] = []
  const ending = new AbortController()
  let answer: 'taken' | 'behind' = 'taken'
  const reader: TopicReader = {
    bounds: async () => [{ topic: names.status, partition: 0, topicId: undefined, low: 0, high: records.length }],
    placesAt: async () => [],
    fetch: async ([place], { take }) => {
      if (place === undefined) return []
      const next = records[place.offset]
      if (next !== undefined) take(next)
      return [{ ...place, offset: place.offset + 1 }]
    },
  }
  const follow = (kept: ReadonlyMap<string, KeptBudgets>): Promise<void> =>
    followBudgets({
      reader,
      kept,
      keeping: {
        lease: async () => ({ isMine: true, now }),
        release: async () => undefined,
        placesOf: async () => found,
        restore: async (_tenant, one) => void restored.push(one),
        advance: async (_tenant, stretch) => (stretches.push(stretch), answer),
        snapshot: async () => undefined,
      },
      tenants: () => [acme],
      isOutdated: async () => false,
      keepLease: async () => now,
      onRestored: () => undefined,
      onComplete: async () => ending.abort(),
      signal: ending.signal,
    })
  return { follow, stretches, restored, goBack: () => (answer = 'behind') }
}

const place = `${names.status}:0`
const rejected = (offset: number) => recordOf(messageRejected(subject, { at, error }), offset)

describe('followBudgets', () => {
  it('reads on from where the counts say, up to the end, and says that all is counted', async () => {
    const { follow, stretches, restored } = stage([rejected(0), rejected(1), rejected(2)], new Map([[place, 1]]))
    await follow(new Map())
    expect(restored).toEqual([])
    expect(stretches).toMatchObject([
      { base: new Map([[place, 1]]), next: new Map([[place, 3]]), endsTakenAt: now, changes: [{}, {}] },
    ])
  })

  it('puts what Kafka keeps in place of counts that are not there, and reads on from there', async () => {
    const kept = { places: new Map([[place, 2]]), counts: [{ ...counter, used: 4, settled: 1, open: { x: 1 } }] }
    const { follow, stretches, restored } = stage([rejected(0), rejected(1), rejected(2)], undefined)
    await follow(new Map([['acme', kept]]))
    expect(restored).toEqual([kept])
    expect(stretches).toMatchObject([{ base: kept.places, changes: [{}] }])
  })

  it('counts nothing that was sent before there were budgets', async () => {
    const { follow, stretches } = stage([rejected(0)], undefined)
    await follow(new Map())
    expect(stretches).toMatchObject([{ base: new Map([[place, 1]]), changes: [] }])
  })

  it('ends where the counts have gone back', async () => {
    const { follow, goBack } = stage([rejected(0)], new Map([[place, 0]]))
    goBack()
    await expect(follow(new Map())).rejects.toThrow(CountsWentBack)
  })
})

it('the counts of a tenant are those of each budget, number and zone', () => {
  const accounts = [
    { timeZone: 'Asia/Tokyo', senders: [{ number: '1' }] },
    { timeZone: 'UTC', senders: [{ number: '2' }] },
  ]
  const budgets = [...(acme.budgets ?? []), { per: 'sender', period: 'day', messages: 1, over: 'advise' }]
  const tenant = { ...acme, budgets, accounts } as unknown as Tenant // as above
  const late = Date.parse('2026-12-01T20:00:00Z')
  expect(allCounts(tenant, late).map(({ scope, period }) => `${scope} ${period}`)).toEqual([
    '- 2026-12-02',
    '1 2026-12-02',
    '- 2026-12-01',
    '2 2026-12-01',
  ])
})
