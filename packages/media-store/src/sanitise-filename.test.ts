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
