import { describe, expect, test } from 'vitest'
import { readCsv } from './read-csv.ts'

const since = '2026-12-01T09:00:00.000Z'
const defaults = {
  tenant: 'acme',
  from: undefined,
  scope: 'marketing',
  source: 'command',
  since,
  reason: 'import',
  by: 'test',
} as const

describe('opt-outs in CSV', () => {
  test('without a header are by their places, and what is left out is as the defaults say', () => {
    const { corrections, bad } = readCsv(
      '351910000042\n+351 910 000 043,optedIn,all,2026-11-30,447700900123,asked\n',
      defaults,
    )
    expect(bad).toEqual([])
    expect(corrections).toMatchObject([
      { customer: '351910000042', state: 'optedOut', scope: 'marketing', since, source: 'command', reason: 'import' },
      {
        customer: '351910000043',
        state: 'optedIn',
        scope: 'all',
        since: '2026-11-30T00:00:00.000Z',
        from: '447700900123',
        reason: 'asked',
      },
    ])
  })

  test('with a header are by its names, whatever else is in the file', () => {
    const text = '\ufeffName;Phone Number;Status\n"Rui; Exemplo";351910000042;stop\nLia;PT.9000000000000099;resume\n'
    expect(readCsv(text, defaults).corrections).toMatchObject([
      { customer: '351910000042', state: 'optedOut' },
      { customer: 'PT.9000000000000099', state: 'optedIn' },
    ])
  })

  test('that cannot be read are named by their lines and cost no other', () => {
    const text = [
      'customer,state,scope,since',
      '351910000042,stop,marketing,2026-11-30T14:00:00+0100',
      'nobody,stop,,',
      '',
      '351910000043,perhaps,,',
      '351910000044,stop,template,',
      '351910000045,stop,all,yesterday',
      '351910000046,,,',
    ].join('\n')
    const { corrections, bad } = readCsv(text, defaults)
    expect(corrections.map(({ customer }) => customer)).toEqual(['351910000042', '351910000046'])
    expect(corrections[0]?.since).toBe('2026-11-30T13:00:00.000Z')
    expect(bad.map(({ line, problem }) => `${line} ${problem.split(':')[0]}`)).toEqual([
      '3 customer',
      '5 state',
      '6 scope',
      '7 since',
    ])
  })

  test('whose header names no customer are refused', () => {
    expect(() => readCsv('state,scope\nstop,all\n', defaults)).toThrow('has no column "customer"')
  })
})
