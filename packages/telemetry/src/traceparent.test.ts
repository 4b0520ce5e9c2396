import { ROOT_CONTEXT } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { contextFrom, spanContextFrom, traceparentOf } from './traceparent.ts'

const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('traceparent', () => {
  it('goes through a context unchanged', () => {
    expect(traceparentOf(contextFrom(valid))).toBe(valid)
  })

  it('of a later version is read as far as it is known', () => {
    expect(spanContextFrom(`${valid.replace('00-', '01-')}-extra`)?.spanId).toBe('b7ad6b7169203331')
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a trace id of zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['a span id of zeros', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['capitals', valid.toUpperCase()],
    ['the forbidden version', valid.replace('00-', 'ff-')],
    ['too few digits', valid.slice(0, -4)],
  ])('that is %s gives no parent', (_case, header) => {
    expect(spanContextFrom(header)).toBeUndefined()
    expect(contextFrom(header)).toBe(ROOT_CONTEXT)
    expect(traceparentOf(contextFrom(header))).toBeUndefined()
  })
})
