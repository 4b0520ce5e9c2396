import { expect, test } from 'vitest'
import { sampleMedia } from '../test/sample-media.ts'
import { judgeContent } from './judge-content.ts'
import { MEDIA_KINDS } from './media-kind.ts'
import type { MediaKind } from './media-kind.ts'

/** An Ogg page whose first packet begins so. */
function ogg(packet: string): Buffer {
  const page = Buffer.alloc(64)
  page.write('OggS\u0000\u0002', 0, 'latin1')
  page.writeUInt8(1, 26)
  page.writeUInt8(30, 27)
  page.write(packet, 28, 'latin1')
  return page
}

/** What WhatsApp takes as each kind (Meta's list of supported media types), beside documents, which may be of any type. */
const TAKEN: readonly [string, Buffer, MediaKind | undefined][] = [
  ['JPEG', sampleMedia('image/jpeg'), 'image'],
  ['PNG', sampleMedia('image/png'), 'image'],
  ['GIF', sampleMedia('image/gif'), undefined],
  ['AAC', sampleMedia('audio/aac'), 'audio'],
  ['AMR', sampleMedia('audio/amr'), 'audio'],
  ['MP3', sampleMedia('audio/mpeg'), 'audio'],
  ['M4A', sampleMedia('audio/mp4'), 'audio'],
  ['Ogg with Opus', sampleMedia('audio/ogg; codecs=opus'), 'audio'],
  ['Ogg with Vorbis', ogg('\u0001vorbis'), undefined],
  ['Ogg with Speex', ogg('Speex   '), undefined],
  ['Ogg with FLAC', ogg('\u007fFLAC'), undefined],
  ['Ogg with Theora', ogg('\u0080theora'), undefined],
  ['Ogg with something', ogg('CELT    '), undefined],
  ['WAV', sampleMedia('audio/wav'), undefined],
  ['MP4', sampleMedia('video/mp4'), 'video'],
  ['3GP', sampleMedia('video/3gpp'), 'video'],
  ['WebM', sampleMedia('video/webm'), undefined],
  ['PDF', sampleMedia('application/pdf'), 'document'],
]

test.each(TAKEN)('%s', async (_, bytes, taken) => {
  for (const kind of MEDIA_KINDS) {
    const verdict = await judgeContent(bytes, { kind })
    if (kind === 'document' || kind === taken) expect(verdict).toMatchObject({ ok: true, kind })
    else expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'unsupported-type' } })
  }
  expect(await judgeContent(bytes, {})).toMatchObject(taken === undefined ? { ok: false } : { ok: true, kind: taken })
})

test.each([undefined, 'audio'] as const)(
  'sound that a browser recorded is refused with what to convert it to: %s',
  async (kind) => {
    const verdict = await judgeContent(sampleMedia('video/webm'), { kind, contentType: 'audio/webm;codecs=opus' })
    const detail = expect.stringMatching(/audio\/webm.*convert it to one of.*audio\/ogg; codecs=opus/)
    expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'unsupported-type', detail } })
  },
)

test('it goes as a document all the same', async () => {
  const wanted = { kind: 'document', contentType: 'audio/webm;codecs=opus' } as const
  expect(await judgeContent(sampleMedia('video/webm'), wanted)).toMatchObject({ ok: true, contentType: 'audio/webm' })
})

test('where a foreign server is mistaken its bytes are believed, if they can be', async () => {
  const picture = { kind: 'image', trustBytes: true } as const
  for (const contentType of ['image/jpeg', 'text/html', 'nonsense'])
    expect(await judgeContent(sampleMedia('image/png'), { ...picture, contentType })).toMatchObject({
      ok: true,
      contentType: 'image/png',
    })
  const page = await judgeContent(Buffer.from('<html>Log in</html>'), { ...picture, contentType: 'image/png' })
  expect(page).toMatchObject({ ok: false, refusal: { reason: 'unsupported-type' } })
})
