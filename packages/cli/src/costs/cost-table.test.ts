import type { CostRow } from '@imchannel/costs'
import { expect, test } from 'vitest'
import { costCsv, costTable } from './cost-table.ts'

const rows: CostRow[] = [
  {
    by: { source: 'greeter', day: '2026-11-30' },
    messages: 1204,
    billable: { yes: 1200, no: 1, unknown: 3 },
    reported: [
      { currency: 'EUR', amount: '25.284000', messages: 1200 },
      { currency: 'SEK', amount: '0.0000001', messages: 1 },
    ],
    unpriced: 3,
    estimated: [{ currency: 'XTS', amount: '25.3', messages: 1204 }],
  },
  {
    by: { source: '=HYPERLINK("x"),\n', day: '2026-12-01' },
    messages: 1,
    billable: { yes: 0, no: 0, unknown: 1 },
    reported: [],
    unpriced: 1,
    estimated: [],
  },
]

test('a table has each currency by itself, and reported and estimated apart', () => {
  expect(costTable(rows, ['source', 'day'])).toEqual([
    'source            day         messages  charged  not charged  unknown  reported                       estimated',
    'greeter           2026-11-30  1,204     1,200    1            3        25.284000 EUR + 0.0000001 SEK  25.3 XTS',
    '=HYPERLINK("x"),  2026-12-01  1         0        0            1        -                              -',
  ])
})

test('CSV has a line for each amount, and nothing that a spreadsheet takes for a formula', () => {
  expect(costCsv(rows, ['source', 'day'])).toEqual([
    'source,day,messages,charged,not_charged,unknown,basis,currency,amount,amounts',
    'greeter,2026-11-30,1204,1200,1,3,reported,EUR,25.284000,1200',
    'greeter,2026-11-30,1204,1200,1,3,reported,SEK,0.0000001,1',
    'greeter,2026-11-30,1204,1200,1,3,estimated,XTS,25.3,1204',
    `"'=HYPERLINK(""x""),\n",2026-12-01,1,0,0,1,,,,`,
  ])
})
