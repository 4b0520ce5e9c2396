import { array, assert, constantFrom, property, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeContent } from './judge-content.ts'
import { mp4Codecs } from './mp4-codecs.ts'

function box(type: string, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}

function track(handler: 'vide' | 'soun' | 'text', format: string): Buffer {
  const hdlr = box('hdlr', Buffer.alloc(8), Buffer.from(handler), Buffer.alloc(13))
  const entry = box(format, Buffer.alloc(28))
  const stsd = box('stsd', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), entry)
  return box('trak', box('tkhd', Buffer.alloc(84)), box('mdia', hdlr, box('minf', box('stbl', stsd))))
}

function mp4(brand: string, ...tracks: Buffer[]): Buffer {
  const ftyp = box('ftyp', Buffer.from(brand), Buffer.alloc(4), Buffer.from('isom'))
  return Buffer.concat([ftyp, box('moov', box('mvhd', Buffer.alloc(100)), ...tracks), box('mdat', Buffer.alloc(64))])
}

const video = track('vide', 'avc1')
const sound = track('soun', 'mp4a')

test('the codecs of all tracks are found', () => {
  expect(mp4Codecs(mp4('isom', video, sound, track('text', 'tx3g')))).toEqual({ video: ['avc1'], audio: ['mp4a'] })
})

test('a file whose tracks are listed at its end tells none, and what is no such file is none', () => {
  expect(mp4Codecs(mp4('isom', video).subarray(0, 40))).toEqual({ video: [], audio: [] })
  expect(mp4Codecs(Buffer.from('no film'))).toBeUndefined()
})

describe.each([
  ['video', 'isom', [video, sound], undefined],
  ['video', 'isom', [video], undefined],
  ['video', '3gp5', [video, sound], undefined],
  ['video', 'isom', [track('vide', 'avc3'), sound], undefined],
  ['video', 'isom', [track('vide', 'hvc1'), sound], 'hvc1'],
  ['video', 'isom', [track('vide', 'hev1'), sound], 'hev1'],
  ['video', 'isom', [track('vide', 'av01'), sound], 'av01'],
  ['video', 'isom', [track('vide', 'vp09'), sound], 'vp09'],
  ['video', 'isom', [track('vide', 'mp4v'), sound], 'mp4v'],
  ['video', '3gp5', [track('vide', 's263'), track('soun', 'samr')], 's263'],
  ['video', 'isom', [video, track('soun', 'ac-3')], 'ac-3'],
  ['video', 'isom', [video, track('soun', 'Opus')], 'Opus'],
  ['video', 'isom', [video, sound, sound], '2 tracks of sound'],
  ['audio', 'M4A ', [sound], undefined],
  ['audio', 'M4A ', [track('soun', 'alac')], 'alac'],
  ['audio', 'M4A ', [sound, track('vide', 'png ')], undefined],
] as const)('%s in %s', (kind, brand, tracks, codec) => {
  test(codec === undefined ? 'is taken' : `is refused for its ${codec}, and taken as a document`, async () => {
    const file = mp4(brand, ...tracks)
    const verdict = await judgeContent(file, { kind })
    if (codec === undefined) expect(verdict).toMatchObject({ ok: true, kind })
    else {
      const refusal = { reason: 'unsupported-type', detail: expect.stringContaining(codec) }
      expect(verdict).toMatchObject({ ok: false, refusal })
    }
    expect(await judgeContent(file, { kind: 'document' })).toMatchObject({ ok: true, kind: 'document' })
  })
})

test('whatever the bytes, they are read to an end', () => {
  const names = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hdlr'].map((name) => Buffer.from(name))
  const sizes = [0, 1, 2, 8, 16, 255].map((size) => Buffer.from([0, 0, 0, size]))
  const piece = constantFrom(...names, ...sizes)
  const ftyp = box('ftyp', Buffer.from('isomisom'))
  assert(
    property(array(piece, { maxLength: 80 }), uint8Array({ maxLength: 40 }), (pieces, more) => {
      expect(mp4Codecs(Buffer.concat([ftyp, ...pieces, more]))).toBeDefined()
    }),
  )
})
