import { expect, test } from 'vitest'
import { sampleMedia } from '../test/sample-media.ts'
import { judgeContent } from './judge-content.ts'

function png(bits: number, colour: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108020000000000000000000000', 'hex')
  header.writeUInt8(bits, 24)
  header.writeUInt8(colour, 25)
  return Buffer.concat([header, Buffer.from('\0\0\0\0IDAT', 'latin1')])
}

interface Frame {
  readonly bits?: number
  readonly components?: number
  /** What stands before the frame. */
  readonly before?: string
  readonly marker?: string
}

/** A JPEG up to its frame, behind a thumbnail in CMYK that is nobody's matter. */
function jpeg({ bits = 8, components = 3, before = '', marker = 'c0' }: Frame = {}): Buffer {
  const thumbnail = 'ffe10018457869660000ffd8ffc0000e08000100010401110002'
  const length = (8 + 3 * components).toString(16).padStart(4, '0')
  const frame = `ff${marker}${length}${hex(bits)}00010001${hex(components)}${'011100'.repeat(components)}`
  return Buffer.from(`ffd8ffe000104a46494600010100000100010000${thumbnail}${before}${frame}ffda0008`, 'hex')
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

function opus(channels: number): Buffer {
  const page = Buffer.from(sampleMedia('audio/ogg; codecs=opus'))
  page.writeUInt8(1, 36)
  page.writeUInt8(channels, 37)
  return page
}

test.each([
  ['a PNG of 8 bits', png(8, 2)],
  ['a PNG of 8 bits with transparency', png(8, 6)],
  ['a PNG with a palette of 4 bits', png(4, 3)],
  ['a grey PNG', png(8, 0)],
  ['a JPEG', jpeg()],
  ['a grey JPEG', jpeg({ components: 1 })],
  ['a progressive JPEG', jpeg({ marker: 'c2' })],
  ['a JPEG with fill bytes', jpeg({ before: 'ffffff' })],
  ['a JPEG whose frame is not among the first bytes', jpeg({ components: 4 }).subarray(0, 30)],
])('%s is a picture', async (_, bytes) => {
  expect(await judgeContent(bytes, { kind: 'image' })).toMatchObject({ ok: true })
})

test.each([
  ['a PNG of 16 bits', 'image', png(16, 6)],
  ['a JPEG in CMYK', 'image', jpeg({ components: 4 })],
  ['a JPEG in CMYK', 'image', jpeg({ components: 4, before: 'ffc4000400ff', marker: 'c2' })],
  ['a JPEG of 12 bits', 'image', jpeg({ bits: 12, marker: 'c1' })],
  ['Opus in stereo', 'audio', opus(2)],
] as const)('%s is not sent as %s, and is as a document', async (what, kind, bytes) => {
  const detail = expect.stringMatching(new RegExp(`it (is|has) ${what}.*WhatsApp.*: convert it`))
  for (const asked of [kind, undefined])
    expect(await judgeContent(bytes, { kind: asked })).toMatchObject({
      ok: false,
      refusal: { reason: 'unsupported-type', detail },
    })
  expect(await judgeContent(bytes, { kind: 'document' })).toMatchObject({ ok: true })
})

test('Opus in mono is sound', async () => {
  expect(await judgeContent(opus(1), { kind: 'audio' })).toMatchObject({ ok: true })
})
