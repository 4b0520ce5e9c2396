import { array, assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { decodePercent, dispositionFilename } from './disposition-filename.ts'

/** As Node gives a header's bytes. */
const raw = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const base64 = (text: string): string => Buffer.from(text).toString('base64')

test.each([
  ['none', undefined, undefined],
  ['no name', 'attachment', undefined],
  ['a token', 'attachment; filename=invoice.pdf; size=1', 'invoice.pdf'],
  ['quoted', 'attachment; filename="Invoice; no. \\"1\\".pdf"', 'Invoice; no. "1".pdf'],
  ['quoted and not closed', 'attachment; filename="Invoice 1.pdf', 'Invoice 1.pdf'],
  ['upper case, blanks', 'ATTACHMENT ;FILENAME = "a.pdf"', 'a.pdf'],
  ['without a type', 'filename="a.pdf"', 'a.pdf'],
  ['raw UTF-8', raw('attachment; filename="Rechnung_März.pdf"'), 'Rechnung_März.pdf'],
  ['raw UTF-8, Chinese', raw('attachment; filename="报价单.pdf"'), '报价单.pdf'],
  ['raw UTF-8, a token', raw('attachment; filename=März.pdf'), 'März.pdf'],
  ['Latin-1', 'attachment; filename="Rechnung_M\u00e4rz.pdf"', 'Rechnung_März.pdf'],
  ['Latin-1 as Windows has it', 'attachment; filename="10 \u0080.pdf"', '10 €.pdf'],
  ['extended', `inline; filename="x.pdf"; filename*=UTF-8''M%C3%A4rz.pdf`, 'März.pdf'],
  ['extended, before the plain one', `inline; filename*=utf-8'de'M%C3%A4rz.pdf; filename="x.pdf"`, 'März.pdf'],
  ['extended Latin-1', `inline; filename*=ISO-8859-1''M%E4rz.pdf`, 'März.pdf'],
  ['extended, in another charset', `inline; filename*=GBK''%B1%A8%BC%DB.pdf`, '报价.pdf'],
  ['extended, quoted against the rule', `inline; filename*="UTF-8''M%C3%A4rz.pdf"`, 'März.pdf'],
  ['extended, with a wrong charset', `inline; filename*=UTF-8''M%E4rz.pdf`, 'März.pdf'],
  ['extended, with a charset that no one knows', `inline; filename*=x-mine''M%C3%A4rz.pdf`, 'März.pdf'],
  ['extended, without its form', 'inline; filename*=x.pdf; filename="y.pdf"', 'y.pdf'],
  ['an encoded word', `attachment; filename="=?UTF-8?B?${base64('Rechnung März.pdf')}?="`, 'Rechnung März.pdf'],
  ['an encoded word, Q', 'attachment; filename="=?utf-8?Q?Rechnung=5FM=C3=A4rz_1.pdf?="', 'Rechnung_März 1.pdf'],
  ['an encoded word, Latin-1', 'attachment; filename="=?ISO-8859-1?q?M=E4rz_5%.pdf?="', 'März 5%.pdf'],
  ['encoded words, a character across two', 'attachment; filename="=?utf-8?B?TcM=?= =?UTF-8?B?pHJ6?=.pdf"', 'März.pdf'],
  ['percent-encoded', 'attachment; filename="M%C3%A4rz%201.pdf"', 'März 1.pdf'],
  ['a lone percent sign', 'attachment; filename="5% off.pdf"', '5% off.pdf'],
  ['another parameter that ends alike', 'attachment; xfilename=a.pdf', undefined],
])('a name that is %s', (_, header, filename) => {
  expect(dispositionFilename(header)).toBe(filename)
})

test.each([
  ['M%C3%A4rz.pdf', 'März.pdf'],
  ['M%E4rz.pdf', 'März.pdf'],
  ['100%.pdf', '100%.pdf'],
])('the part %s of a path is %s', (part, name) => {
  expect(decodePercent(part)).toBe(name)
})

test('whatever stands in the header, it is read in time that grows with its length', () => {
  const piece = constantFrom('filename', '*', '=', '"', '\\', ';', ' ', "UTF-8''", '%C3', '=?utf-8?B?', '?=', 'é', 'a')
  assert(
    property(
      array(piece, { maxLength: 60 }),
      string(),
      (pieces, more) => void dispositionFilename(pieces.join('') + more),
    ),
  )
  const startedAt = performance.now()
  for (const text of [' ', ';', '=?a?b?', '"\\', ';filename=', 'filename '])
    dispositionFilename(`;filename="${text.repeat(16_000 / text.length)}`)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})
