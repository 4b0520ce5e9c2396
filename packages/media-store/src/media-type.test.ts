import { expect, test } from 'vitest'
import { sampleMedia, webp } from '../test/sample-media.ts'
import { essenceOf, judgeType } from './media-type.ts'

test.each([
  ['image/jpeg', 'image/jpeg', 'image/jpeg'],
  ['image/jpeg', 'image/JPG; q=1', 'image/jpeg'],
  ['image/jpeg', undefined, 'image/jpeg'],
  ['image/jpeg', 'application/octet-stream', 'image/jpeg'],
  ['image/png', 'image/png', 'image/png'],
  ['audio/mpeg', 'audio/mp3', 'audio/mpeg'],
  ['audio/aac', 'audio/aac', 'audio/aac'],
  ['audio/amr', 'audio/amr', 'audio/amr'],
  ['audio/mp4', 'audio/x-m4a', 'audio/mp4'],
  ['video/mp4', 'audio/mp4', 'audio/mp4'],
  ['audio/ogg; codecs=opus', 'audio/ogg', 'audio/ogg; codecs=opus'],
  ['audio/ogg; codecs=opus', 'audio/ogg; codecs=opus', 'audio/ogg; codecs=opus'],
  ['video/3gpp', 'video/3gpp', 'video/3gpp'],
  ['application/pdf', 'application/pdf', 'application/pdf'],
  [
    'application/zip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
] as const)('bytes of %s declared as %s are %s', async (bytes, declared, contentType) => {
  expect(await judgeType(sampleMedia(bytes), declared)).toEqual({ ok: true, contentType })
})

test.each([
  ['image/jpeg', 'image/png'],
  ['image/png', 'application/pdf'],
  ['application/pdf', 'image/jpeg'],
  ['application/zip', 'application/pdf'],
  ['video/webm', 'video/mp4'],
  ['image/gif', 'text/html'],
] as const)('bytes of %s declared as %s are refused', async (bytes, declared) => {
  expect(await judgeType(sampleMedia(bytes), declared)).toMatchObject({ ok: false, declared })
})

test.each([
  ['hello', 'text/plain', 'text/plain'],
  ['a;b', 'text/csv; charset=UTF-8', 'text/csv; charset=utf-8'],
  ['hello', undefined, 'text/plain; charset=utf-8'],
  ['\u0001\u0000\u0002', undefined, 'application/octet-stream'],
])('what has no signature (%j) goes by its declaration %s: %s', async (text, declared, contentType) => {
  expect(await judgeType(Buffer.from(text), declared)).toEqual({ ok: true, contentType })
})

test.each(['image/jpeg', 'audio/ogg', 'video/mp4', 'application/pdf', 'application/msword'])(
  'text is not taken for %s, which has a signature',
  async (declared) => {
    expect(await judgeType(Buffer.from('hello'), declared)).toMatchObject({ ok: false })
  },
)

test.each(['image/*', '*/*', 'application/force-download', 'application/x-download', 'binary/octet-stream'])(
  '%s says nothing, and the bytes are asked',
  async (declared) => {
    expect(await judgeType(sampleMedia('image/jpeg'), declared)).toEqual({ ok: true, contentType: 'image/jpeg' })
  },
)

test('a CSV file under the name that Windows gives it is a CSV file, and binary data is not', async () => {
  const declared = 'application/vnd.ms-excel'
  expect(await judgeType(Buffer.from('a;b\n1;2\n'), declared)).toEqual({ ok: true, contentType: 'text/csv' })
  expect(await judgeType(Buffer.from([1, 0, 2, 0]), declared)).toMatchObject({ ok: false })
})

test.each([
  ['\r\n%PDF-1.4\n%%EOF', 'application/pdf', 'application/pdf'],
  [`${' '.repeat(1_000)}%PDF-1.4\n%%EOF`, undefined, 'application/pdf'],
  [`${' '.repeat(1_100)}%PDF-1.4`, undefined, 'text/plain; charset=utf-8'],
  ['how %PDF-1.4 files begin', 'text/plain', 'text/plain'],
])('readers find the header of a PDF in its first kilobyte: %j as %s is %s', async (text, declared, contentType) => {
  expect(await judgeType(Buffer.from(text), declared)).toEqual({ ok: true, contentType })
})

test.each([
  ['video/webm', 'audio/webm;codecs=opus', 'audio/webm'],
  ['video/webm', 'video/webm', 'video/webm'],
] as const)('bytes of %s declared as %s are what the sender says: %s', async (bytes, declared, contentType) => {
  expect(await judgeType(sampleMedia(bytes), declared)).toEqual({ ok: true, contentType })
})

test('binary data is not taken for text', async () => {
  expect(await judgeType(Buffer.from([1, 0, 2, 0]), 'text/plain')).toMatchObject({ ok: false })
})

test('the essence is lower case, without parameters, by the common name', () => {
  expect(['IMAGE/JPG', ' audio/mp3 ;x=1', 'video/mp4'].map(essenceOf)).toEqual([
    'image/jpeg',
    'audio/mpeg',
    'video/mp4',
  ])
})

test('a WebP picture is known by its bytes', async () => {
  expect(await judgeType(webp({ width: 1, height: 1, animated: false }), 'image/webp')).toEqual({
    ok: true,
    contentType: 'image/webp',
  })
})
