import { expect, test } from 'vitest'
import { sanitiseFilename } from './sanitise-filename.ts'

test.each([
  ['NFO_resized.jpg', 'NFO_resized.jpg'],
  ['Rechnung März 2025.pdf', 'Rechnung März 2025.pdf'],
  ['照片.png', '照片.png'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\temp\\x.pdf', 'x.pdf'],
  ['a"b\r\nSet-Cookie: x.pdf', 'abSet-Cookie x.pdf'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['x\u061cgnp.exe\u200b', 'xgnp.exe'],
  ['a\u00ad\u2060\ufeff\u{e0041}\u3164b.txt', 'ab.txt'],
  ['.htaccess', 'htaccess'],
  [' . . ', undefined],
  ['\ud800.txt', 'txt'],
  ['', undefined],
  [undefined, undefined],
])('%j becomes %j', (name, clean) => {
  expect(sanitiseFilename(name)).toBe(clean)
})

test('a long name is cut between characters', () => {
  expect(Array.from(sanitiseFilename('😀'.repeat(300)) ?? '')).toHaveLength(240)
})

test('a long name keeps its ending', () => {
  const name = sanitiseFilename(`${'n'.repeat(300)}.pdf`) ?? ''
  expect([name.length, name.slice(-5)]).toEqual([240, 'n.pdf'])
})

test.each([' ', '.', '\u200b', 'a', '/', '"'])('64,000 times %j takes no time', (character) => {
  const startedAt = performance.now()
  sanitiseFilename(`a${character.repeat(64_000)}b`)
  expect(performance.now() - startedAt).toBeLessThan(500)
})
