import type { TemplateRecord } from '@imchannel/events'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTemplateRegistry, digestOf, type TemplateList, type TemplateRegistry } from './template-registry.ts'

const MINUTE = 60_000
const readAt = Date.parse('2026-11-30T10:00:00Z')
const record: TemplateRecord = {
  tenant: 'acme',
  businessAccountId: '222',
  id: '10',
  name: 'pickup',
  language: 'en_GB',
  status: 'APPROVED',
  category: 'UTILITY',
  structure: { body: { text: 'Hello {{1}}' } },
  asOf: '2026-11-30T09:00:00.000Z',
  source: 'poll',
}
const query = { tenant: 'acme', sender: '447700900123', name: 'pickup', language: 'en_GB' }
const list = (records: readonly TemplateRecord[], businessAccountId: string | undefined = '222'): TemplateList => ({
  tenant: 'acme',
  sender: query.sender,
  businessAccountId,
  readAt,
  digest: digestOf(records),
})

let now = readAt
let templates: TemplateRegistry
beforeEach(() => {
  now = readAt + MINUTE
  templates = createTemplateRegistry({ now: () => now, freshMs: 10 * MINUTE })
})

describe('a template', () => {
  test('of a number that was never read is unknown, whatever is in memory', () => {
    templates.put(record)
    expect(templates.find(query)).toEqual({ kind: 'unknown' })
  })

  test('that was read is known, with the age of its reading, and unknown once that is too long ago', () => {
    templates.put(record)
    templates.setLists([list([record])])
    expect(templates.find(query)).toMatchObject({
      kind: 'known',
      ageMs: MINUTE,
      template: { isListed: true, definition: { id: '10', structure: { body: 'Hello {{1}}' } } },
    })
    now = readAt + 10 * MINUTE
    expect(templates.find(query).kind).toBe('known')
    now++
    expect(templates.find(query)).toEqual({ kind: 'unknown' })
  })

  test.each([
    ['another language', { language: 'en' }],
    ['another name', { name: 'Pickup' }],
  ])('of %s is absent, where all were read', (_name, other) => {
    templates.put(record)
    templates.setLists([list([record])])
    expect(templates.find({ ...query, ...other })).toEqual({ kind: 'absent', ageMs: MINUTE })
  })

  test('is absent where the number has none at all', () => {
    templates.setLists([list([], undefined)])
    expect(templates.find(query).kind).toBe('absent')
  })

  test('is not said to be absent by who has not heard of all that was read', () => {
    templates.setLists([list([record])])
    expect(templates.find(query)).toEqual({ kind: 'unknown' })
  })

  test('that a webhook told of later is known by it, though the list is from before', () => {
    templates.put(record)
    templates.setLists([list([record])])
    now = readAt + 9 * MINUTE
    templates.put({ ...record, status: 'FIRST_PAUSED', source: 'webhook', asOf: '2026-11-30T10:08:00.000Z' })
    expect(templates.find(query)).toMatchObject({
      kind: 'known',
      ageMs: MINUTE,
      template: { definition: { status: 'FIRST_PAUSED' } },
    })
  })

  test('of another tenant’s number, or another business account, is not found', () => {
    templates.put(record)
    templates.put({ ...record, businessAccountId: '333', id: '11', name: 'theirs' })
    templates.setLists([list([record])])
    expect(templates.find({ ...query, tenant: 'other' })).toEqual({ kind: 'unknown' })
    expect(templates.find({ ...query, name: 'theirs' }).kind).toBe('absent')
  })

  test('that was removed is gone by each of its names', () => {
    templates.put(record)
    expect(templates.byId('acme', '10')?.record).toBe(record)
    templates.remove('acme:222:pickup:en_GB')
    expect(templates.byId('acme', '10')).toBeUndefined()
    expect(templates.ofAccount('acme', '222')).toEqual([])
    expect(templates.size()).toBe(0)
  })
})
