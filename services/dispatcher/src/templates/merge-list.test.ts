import type { TemplateChanged, TemplateRecord } from '@imchannel/events'
import { createTemplateRegistry, type KnownEntry } from '@imchannel/facts'
import { readTemplateList, type ListedTemplate } from '@imchannel/infobip'
import { describe, expect, test } from 'vitest'
import { mergeList } from './merge-list.ts'
import { applyChange, foundEvent, toldKey } from './template-changes.ts'

const readAt = Date.parse('2026-11-30T10:00:00Z')
const structure = { body: { text: 'Hello {{1}}, welcome' } }
const one = { id: '10', businessAccountId: 222, name: 'pickup', language: 'en_GB', status: 'APPROVED', structure }

function listed(...templates: object[]): ListedTemplate[] {
  const parsed = { templates }
  const body = Buffer.from('{}')
  const answer = readTemplateList(
    { kind: 'response', status: 200, headers: {}, body, truncated: false, parsed },
    readAt,
  )
  if (answer.kind !== 'read') throw new Error('not read')
  return answer.value
}

const record: TemplateRecord = {
  tenant: 'acme',
  businessAccountId: '222',
  id: '10',
  name: 'pickup',
  language: 'en_GB',
  status: 'APPROVED',
  category: undefined,
  quality: undefined,
  structure,
  asOf: '2026-11-30T09:00:00.000Z',
  source: 'poll',
}

function known(...records: TemplateRecord[]): readonly KnownEntry[] {
  const registry = createTemplateRegistry({ now: () => readAt, freshMs: 1 })
  for (const each of records) registry.put(each)
  return registry.ofAccount('acme', '222')
}

const merge = (templates: object[], before: readonly KnownEntry[]) =>
  mergeList({ tenant: 'acme', businessAccountId: '222', listed: listed(...templates), readAt }, before)

const told = (change: TemplateChanged['change'], changedAt = '2026-11-30T09:10:00.000Z'): TemplateChanged => ({
  tenant: 'acme',
  templateId: '10',
  change,
  changedAt,
})

const changes = (templates: object[]) =>
  merge(templates, known(record)).changes.map(({ type, current }) => [type, current])

describe('a list', () => {
  test('of an account of which nothing was known is written, and is no news', () => {
    expect(merge([one], [])).toMatchObject({ changed: [{ name: 'pickup', structure }], gone: [], changes: [] })
  })

  test('that says what was known changes nothing', () => {
    expect(merge([one], known(record))).toMatchObject({ records: [record], changed: [], gone: [], changes: [] })
  })

  test('tells status, category and quality apart; a new text is written and no news', () => {
    expect(changes([{ ...one, status: 'DISABLED', category: 'MARKETING', quality: 'LOW' }])).toEqual([
      ['TEMPLATE_STATUS_UPDATE', 'DISABLED'],
      ['TEMPLATE_CATEGORY_UPDATE', 'MARKETING'],
      ['TEMPLATE_QUALITY_UPDATE', 'LOW'],
    ])
    expect(changes([{ ...one, structure: { body: { text: 'Another' } } }])).toEqual([])
    expect(changes([one, { ...one, id: '11', name: 'new', status: 'PENDING', quality: 'UNKNOWN' }])).toEqual([
      ['TEMPLATE_STATUS_UPDATE', 'PENDING'],
    ])
  })

  test('without one that was known takes it away, unless a webhook spoke of it after the reading began', () => {
    const other = { ...record, id: '11', name: 'other' }
    const merged = merge([one], known(record, other))
    expect(merged.gone).toEqual(['acme:222:other:en_GB'])
    expect(merged.changes).toMatchObject([{ record: { name: 'other' }, current: 'DELETED' }])
    const late = { ...other, asOf: '2026-11-30T10:00:01.000Z' }
    expect(merge([one], known(record, late))).toMatchObject({ gone: [], changes: [], changed: [] })
  })

  test('does not take back what a webhook said after the reading began', () => {
    const paused = { ...record, status: 'FIRST_PAUSED', source: 'webhook' as const, asOf: '2026-11-30T10:00:01.000Z' }
    expect(merge([one], known(paused))).toMatchObject({ records: [paused], changed: [], changes: [] })
  })
})

describe('a webhook', () => {
  test.each<[string, TemplateChanged, object | undefined]>([
    ['a status, known or not', told({ type: 'TEMPLATE_STATUS_UPDATE', status: 'ARCHIVED' }), { status: 'ARCHIVED' }],
    ['a category', told({ type: 'TEMPLATE_CATEGORY_UPDATE', current: 'MARKETING' }), { category: 'MARKETING' }],
    ['a quality', told({ type: 'TEMPLATE_QUALITY_UPDATE', current: 'LOW' }), { quality: 'LOW' }],
    ['what nobody knows', told({ type: 'TEMPLATE_SONG_UPDATE', current: 'LA' }), undefined],
    ['what is older than what is known', told({ type: 'TEMPLATE_STATUS_UPDATE', status: 'X' }, record.asOf), undefined],
  ])('that tells %s', (_what, event, expected) => {
    const changed = applyChange(record, event)
    if (expected === undefined) expect(changed).toBeUndefined()
    else expect(changed).toMatchObject({ ...expected, source: 'webhook', asOf: event.changedAt })
  })

  test('is recognised in what a reading finds; the same found again has the same id, a later one another', () => {
    const [found] = merge([{ ...one, status: 'FIRST_PAUSED' }], known(record)).changes
    if (found === undefined) throw new Error('nothing found')
    const event = foundEvent(found, readAt)
    if (event.type !== 'imchannel.template.changed.v1') throw new Error('another event')
    const change = { type: 'TEMPLATE_STATUS_UPDATE', status: 'FIRST_PAUSED', reason: 'NONE' }
    expect(toldKey('acme', '10', event.data.change)).toBe(toldKey('acme', '10', change))
    expect(foundEvent(found, readAt + 1).id).toBe(event.id)
    expect(foundEvent({ ...found, knownSince: '2026-11-30T09:59:00.000Z' }, readAt).id).not.toBe(event.id)
  })
})
