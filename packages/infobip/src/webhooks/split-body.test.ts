import { describe, expect, test } from 'vitest'
import { parseWebhook } from './parse-webhook.ts'

function read(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const parsed = parseWebhook(Buffer.from(text))
  if (parsed.outcome !== 'results') throw new Error(parsed.outcome)
  return parsed.results
}

const echo = (id: string) => ({ id, from: '447700900123', to: '351910000042', type: 'text', text: { body: id } })
const change = (...echoes: unknown[]) => ({ field: 'smb_message_echoes', value: { messageEchoes: echoes } })
const report = (columns: readonly string[], rows: unknown) => ({
  requestId: 'r-1',
  response: { columns: columns.map((columnName) => ({ columnName, columnDataType: 'NUMBER' })), rows },
})

describe('a body without results that holds several things', () => {
  test('gives each of them, and leaves out nothing that it does not understand', () => {
    const results = read({
      object: 'whatsapp_business_account',
      entry: [
        { id: '1', changes: [change(echo('a'), 5, echo('b')), 'odd', { field: 'history', value: {} }] },
        { id: '2' },
        null,
        { id: '3', changes: [change(echo('c'))] },
      ],
    })
    const kinds = results.map((one) => (one.kind === 'echo' ? one.echo.messageId : one.kind))
    expect(kinds).toEqual([
      'a',
      'unrecognised',
      'b',
      'unrecognised',
      'unrecognised',
      'unrecognised',
      'unrecognised',
      'c',
    ])
    const texts = results.map(({ text }) => text)
    expect(texts[3]).toBe('{"object":"whatsapp_business_account","entry":[{"id":"1","changes":["odd"]}]}')
    expect(texts[6]).toBe('{"object":"whatsapp_business_account","entry":[null]}')
    for (const [index, text] of texts.entries())
      expect(read(text)).toMatchObject([{ kind: results[index]?.kind, text }])
  })

  test('has WhatsApp’s own names, too', () => {
    const value = {
      metadata: { display_phone_number: '447700900123' },
      message_echoes: [{ ...echo('a'), to_user_id: 'PT.1' }],
    }
    const body = { entry: [{ changes: [{ field: 'smb_message_echoes', value }] }] }
    expect(read(body)).toMatchObject([{ kind: 'echo', echo: { messageId: 'a', contact: { userId: 'PT.1' } } }])
  })

  test('that is one thing is that thing, byte for byte', () => {
    const text = JSON.stringify({ entry: [{ changes: [change(echo('a'))] }] }, null, 2)
    expect(read(text)).toMatchObject([{ kind: 'echo', text }])
  })

  test('keeps the digits of every row', () => {
    const text = JSON.stringify(report(['TOTAL'], ['?', '!']))
      .replace('"?"', '[0.0210]')
      .replace('"!"', '[12345678901234567890]')
    const values = read(text).map((one) => one.kind === 'usage' && one.usage.values['TOTAL'])
    expect(values).toEqual(['0.0210', '12345678901234567890'])
  })

  test('reads columns by name, and leaves out what has none or is null', () => {
    const columns = [{ columnName: 'B', columnDataType: 'STRING' }, {}, { columnName: 'A', columnDataType: 'NUMBER' }]
    const body = { requestId: 'r', response: { columns, rows: [['x', 'y', null, 'z']] } }
    expect(read(body)).toMatchObject([{ kind: 'usage', usage: { values: { B: 'x' } } }])
  })

  test.each([
    ['no rows', report(['A'], [])],
    ['rows that are no list', report(['A'], {})],
    ['no envelope', { entry: [] }],
    ['an envelope of nothing', { entry: [{ changes: [] }] }],
  ])('of %s is one unrecognised result', (_name, body) => {
    expect(read(body)).toMatchObject([{ kind: 'unrecognised', text: JSON.stringify(body) }])
  })

  test('that would be far more once it is in pieces is left whole', () => {
    const columns = Array.from({ length: 2_000 }, (_, index) => `COLUMN_${index}`)
    const large = JSON.stringify(
      report(
        columns,
        Array.from({ length: 100 }, () => [1]),
      ),
    )
    expect(read(large)).toMatchObject([{ kind: 'unrecognised', code: 'too_many_results', text: large }])
    const many = JSON.stringify(
      report(
        ['A'],
        Array.from({ length: 10_001 }, () => [1]),
      ),
    )
    expect(read(many)).toMatchObject([{ kind: 'unrecognised', code: 'too_many_results' }])
  })

  test('of three thousand rows is read', () => {
    const columns = Array.from({ length: 12 }, (_, index) => `COLUMN_${index}`)
    expect(
      read(
        report(
          columns,
          Array.from({ length: 3_000 }, () => columns.map(() => 1234.5)),
        ),
      ),
    ).toHaveLength(3_000)
  })
})
