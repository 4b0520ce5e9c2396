import { expect, test } from 'vitest'
import { webp } from '../test/sample-media.ts'
import { webpInfo } from './webp-info.ts'

test.each([
  { width: 512, height: 512, animated: false },
  { width: 1, height: 16_384, animated: true },
])('an extended header tells $width x $height, moving: $animated', (shape) => {
  expect(webpInfo(webp(shape))).toEqual(shape)
})

test('a lossless header tells its pixels', () => {
  const file = Buffer.alloc(64)
  file.write('RIFF\u0038\u0000\u0000\u0000WEBPVP8L', 0, 'latin1')
  file.writeUInt8(0x2f, 20)
  file.writeUInt32LE(511 | (511 << 14), 21)
  expect(webpInfo(file)).toEqual({ width: 512, height: 512, animated: false })
})

test('a lossy header tells its pixels', () => {
  const file = Buffer.alloc(64)
  file.write('RIFF\u0038\u0000\u0000\u0000WEBPVP8 ', 0, 'latin1')
  file.set([0x9d, 0x01, 0x2a], 23)
  file.writeUInt16LE(512, 26)
  file.writeUInt16LE(300, 28)
  expect(webpInfo(file)).toEqual({ width: 512, height: 300, animated: false })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['half a header', webp({ width: 512, height: 512, animated: false }).subarray(0, 20)],
  ['another format', Buffer.from('GIF89a'.padEnd(64))],
  ['a broken lossless header', Buffer.from('RIFF0000WEBPVP8L'.padEnd(64))],
  ['a broken lossy header', Buffer.from('RIFF0000WEBPVP8 '.padEnd(64))],
  ['an unknown chunk', Buffer.from('RIFF0000WEBPXXXX'.padEnd(64))],
])('%s has no pixels', (_, file) => {
  expect(webpInfo(file)).toBeUndefined()
})
