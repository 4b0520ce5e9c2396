import { describe, expect, test } from 'vitest'
import { findKeyWord } from './key-words.ts'
import { readReportSign, standsHint } from './report-sign.ts'

const words = { stop: ['STOP', 'SAIR', 'Não enviar', 'İPTAL', 'توقف', 'STRASSE'], start: ['START', 'VOLTAR'] }
const say = (text: string): ReturnType<typeof findKeyWord> => findKeyWord({ type: 'text', text }, words)

describe('a key word', () => {
  test.each([
    ['stop', 'stop'],
    ['  stop. ', 'stop'],
    ['«STOP!!»', 'stop'],
    ['Ｓｔｏｐ', 'stop'],
    ['st\u200bop\u200f', 'stop'],
    ['nao   ENVIAR', 'stop'],
    ['iptal', 'stop'],
    ['ıptal', 'stop'],
    ['تَوَقَّف', 'stop'],
    ['straße', 'stop'],
    ['voltar', 'start'],
    ["don't stop", undefined],
    ['stop it', undefined],
    ['stopp', undefined],
    ['', undefined],
    ['?!', undefined],
  ])('%o: %s', (text, found) => {
    expect(say(text)).toBe(found)
  })

  test('counts as a button’s title, and not as a caption', () => {
    expect(findKeyWord({ type: 'button', text: 'Stop' }, words)).toBe('stop')
    expect(findKeyWord({ type: 'buttonReply', id: '1', title: 'Sair' }, words)).toBe('stop')
    expect(findKeyWord({ type: 'image', caption: 'Stop' }, words)).toBeUndefined()
  })

  test('that is nothing but punctuation is none', () => {
    expect(findKeyWord({ type: 'text', text: '...' }, { stop: ['!'], start: [] })).toBeUndefined()
  })
})

describe('a report’s sign', () => {
  const undelivered = { groupId: 2, id: 9 }
  test.each([
    [
      { status: undelivered, error: { id: 7033, name: 'MARKETING_OPT_OUT' } },
      { kind: 'optOut', scope: 'marketing' },
    ],
    [
      { status: undelivered, error: { id: 7030 } },
      { kind: 'optOut', scope: 'template' },
    ],
    [{ status: undelivered, error: { id: 7010, name: 'EC_NO_SESSION' } }, { kind: 'noWindow' }],
    [
      { status: undelivered, error: { id: 7003 } },
      { kind: 'hint', code: 7003 },
    ],
    [
      { status: { groupId: 5, id: 14 }, error: { id: 0 } },
      { kind: 'hint', code: 14 },
    ],
    [{ status: { groupId: 5, id: 13 } }, { kind: 'hint', code: 13 }],
    [
      { status: undelivered, error: { id: 2052 } },
      { kind: 'hint', code: 2052 },
    ],
    [{ status: { groupId: 3, id: 14 } }, undefined],
    [{ status: undelivered, error: { id: 7032 } }, undefined],
    [{ status: undelivered, error: { id: 7011 } }, undefined],
    [{ status: { groupId: 3, id: 5 }, error: { id: 0 } }, undefined],
  ])('%o: %o', (report, sign) => {
    expect(readReportSign(report)).toEqual(sign)
  })

  test('a hint ends with the customer’s next message, or after a day', () => {
    expect(standsHint(1_000, 2_000, undefined)).toBe(true)
    expect(standsHint(1_000, 2_000, 999)).toBe(true)
    expect(standsHint(1_000, 2_000, 1_000)).toBe(false)
    expect(standsHint(1_000, 1_000 + 86_400_000, undefined)).toBe(false)
  })
})
