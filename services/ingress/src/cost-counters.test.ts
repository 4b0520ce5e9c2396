import { createNoopMeter } from '@opentelemetry/api'
import type { CostRecorded } from '@imchannel/events'
import { beforeEach, expect, test } from 'vitest'
import { createCostCounters } from './cost-counters.ts'

interface Addition {
  readonly name: string
  readonly value: number
  readonly labels: Readonly<Record<string, unknown>>
}
let added: Addition[] = []
const meter = Object.assign(createNoopMeter(), {
  createCounter: (name: string) => ({
    add: (value: number, labels: Readonly<Record<string, unknown>> = {}) => void added.push({ name, value, labels }),
  }),
})
const cost: CostRecorded = {
  tenant: 'acme',
  messageId: 'm1',
  from: '447860099299',
  to: '351910000042',
  source: 'greeter',
  deliveredAt: '2026-11-30T23:30:00.000Z',
  settledBy: 'delivered',
  revision: 1,
  category: 'service',
  categorySource: 'content',
  market: '351',
  window: 'unknown',
  freeEntryPoint: 'unknown',
  billable: 'unknown',
}

beforeEach(() => {
  added = []
})

function counted(...costs: CostRecorded[]): Addition[] {
  const counters = createCostCounters(meter)
  added = []
  for (const one of costs) counters.count(one)
  return added
}

test('a message counts once, and the price of its second revision beside it; no number is a label', () => {
  const labels = { tenant: 'acme', sender: '*9299', category: 'service', source: 'greeter' }
  const reported = { pricePerMessage: '0.021000', currency: 'EUR' }
  expect(counted(cost, { ...cost, revision: 2, reported })).toEqual([
    { name: 'imchannel.cost.messages', value: 1, labels: { ...labels, billable: 'unknown' } },
    { name: 'imchannel.cost.reported', value: 0.021, labels: { ...labels, currency: 'EUR' } },
  ])
})

test('the first fifty sources of a tenant are told by name, later ones as other', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ ...cost, source: `bot-${index}` }))
  const sources = counted(...many, { ...cost, source: 'bot-1' }, { ...cost, tenant: 'zeta', source: 'bot-55' })
  const names = sources.map(({ labels }) => labels['source'])
  expect(new Set(names.slice(0, 60)).size).toBe(51)
  expect(names.slice(-2)).toEqual(['bot-1', 'bot-55'])
})
