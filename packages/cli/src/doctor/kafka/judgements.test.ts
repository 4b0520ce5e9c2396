import { type Config, Secret } from '@imchannel/config'
import type { IncomingRecord } from '@imchannel/kafka'
import { documentedAcls } from '@imchannel/testkit'
import { describe, expect, test } from 'vitest'
import { neededPermissions } from './needed-permissions.ts'
import { judgeCopies } from './try-idempotence.ts'
import { judgeRebalance, type Rebalance } from './try-rebalance.ts'
import { judgeRecords } from './try-records.ts'
import { judgeSize } from './try-size.ts'

const all = Array.from({ length: 300 }, (_, index) => String(index))
const well: Rebalance = {
  shares: [2, 2],
  partitions: 4,
  joinedMs: 900,
  tookOverMs: 400,
  handled: all,
  kept: ['doctor', 'doctor'],
}

describe('a rebalance', () => {
  test('after which nothing is missing is fine, records that came again included', () => {
    expect(judgeRebalance(well)).toMatchObject([{ level: 'ok' }])
    expect(judgeRebalance({ ...well, handled: [...all, '5'] })[0]?.text).toContain('(1 of 300 came again)')
  })

  test.each<[string, Partial<Rebalance>, string]>([
    ['that gives one nothing', { shares: [4, 0] }, 'had 4 and 0 of 4 partitions'],
    ['that skips records', { handled: all.slice(3) }, '3 of 300 records were not delivered'],
    ['whose commits lose their text', { kept: ['doctor', ''] }, 'does not keep the text'],
    ['without commits', { kept: [] }, 'does not keep the text'],
  ])('%s is named', (_, change, said) => {
    const [finding] = judgeRebalance({ ...well, ...change })
    expect(finding?.level).not.toBe('ok')
    expect(finding?.text).toContain(said)
  })
})

describe('records', () => {
  const headers = [
    ['ce_type', Buffer.from('imchannel.doctor.v1')],
    ['again', Buffer.from('first')],
    ['again', Buffer.from('second')],
    ['bytes', Buffer.from([0xff, 0x00, 0xfe])],
    ['empty', Buffer.alloc(0)],
    ['none', null],
  ] as const
  const read = Array.from({ length: 30 }, (_, index): IncomingRecord => ({
    topic: 't',
    partition: 0,
    offset: String(index),
    timestamp: 0,
    key: Buffer.from('doctor'),
    value: Buffer.from(String(index)),
    headers: {},
    allHeaders: headers.map(([name, value]) => ({ name: Buffer.from(name), value })),
  }))

  test('as they were written are fine', () => expect(judgeRecords(read)).toMatchObject([{ level: 'ok' }]))

  test.each<[string, IncomingRecord[], RegExp]>([
    ['out of order', read.toReversed(), /loses|these were read: 29/],
    ['twice', [...read, ...read.slice(-1)], /these were read/],
    [
      'with one header a name',
      read.map((one) => ({ ...one, allHeaders: one.allHeaders?.slice(1) ?? [] })),
      /byte for byte/,
    ],
    ['without headers', read.map((one) => ({ ...one, allHeaders: [] })), /byte for byte/],
  ])('%s are a problem', (_, records, said) => {
    const [finding] = judgeRecords(records)
    expect(finding).toMatchObject({ level: 'problem', text: expect.stringMatching(said) })
  })
})

test('a batch that came twice and is there twice, or not at all, is a problem', () => {
  expect([0, 1, 2].map((copies) => judgeCopies(copies).level)).toEqual(['problem', 'ok', 'problem'])
})

test('small records degrade, and none at all end it', () => {
  expect(([8, 4, 2, 1, 0] as const).map((size) => judgeSize(size).level)).toEqual([
    'ok',
    'warning',
    'warning',
    'warning',
    'problem',
  ])
})

test('what is asked of each service is what the documented ACLs grant it', () => {
  const needed = neededPermissions({
    topics: { prefix: 'imchannel', outbound: [{ topic: 'imchannel.outbound' }], partitions: 12 },
    console: { retentionDays: 30, auth: { kind: 'none' } },
    // `as`: what is asked of it.
    tenants: {
      acme: {
        forgetSecret: [new Secret('forgets-in-the-tests')],
        conversationLimit: { messages: 20, over: 'advise' },
      },
    } as unknown as Config['tenants'],
  })
  const OPERATIONS: Readonly<Record<number, string>> = { 3: 'read', 4: 'write', 5: 'create' }
  const RESOURCES: Readonly<Record<number, string>> = { 2: 'topic', 3: 'group' }
  for (const [service, permissions] of Object.entries(needed)) {
    const granted = documentedAcls('imchannel')
      // Alter lets parked topics grow, and is only asked of topics that are there.
      .filter(({ principal, operation }) => principal === `User:${service}` && OPERATIONS[operation] !== undefined)
      .map(({ resourceType, resourceName, operation }) =>
        RESOURCES[resourceType] === 'group' ? `read-group ${resourceName}` : `${OPERATIONS[operation]} ${resourceName}`,
      )
    const asked = permissions.map((one) =>
      one.kind === 'read-group'
        ? `read-group ${one.group}`
        : `${one.kind} ${one.topic.replace(/(?<=\.parked\.)doctor$/, '')}`,
    )
    expect(asked.toSorted()).toEqual(granted.toSorted())
  }
})
