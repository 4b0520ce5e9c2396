import type { MediaKind } from './media-kind.ts'
import { mp4Codecs } from './mp4-codecs.ts'

// What WhatsApp takes of each container (Meta's list of supported media types), as far as the first bytes tell.

/** Why WhatsApp would not show or play what is in a container that it takes, with what to do; undefined where nothing is known. */
export function foreignEncoding(kind: MediaKind, contentType: string, head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  switch (kind) {
    case 'image': {
      const foreign = contentType === 'image/png' ? foreignPng(bytes) : foreignJpeg(bytes)
      return foreign && `it is ${foreign}, and WhatsApp shows pictures of 8 bits in RGB alone: convert it`
    }
    case 'audio':
    case 'video': {
      const foreign = contentType.startsWith('audio/ogg') ? foreignOpus(bytes) : foreignCodec(kind, head)
      return foreign && `it has ${foreign[0]} in it, and WhatsApp plays ${foreign[1]}: convert it`
    }
    case 'document':
    case 'sticker':
      return undefined
  }
}

/** Grey values and palettes are RGB once they are read; 16 bits would be lost. */
function foreignPng(bytes: Buffer): string | undefined {
  const isHeader = bytes.length > 24 && bytes.toString('latin1', 12, 16) === 'IHDR'
  return isHeader && bytes.readUInt8(24) === 16 ? 'a PNG of 16 bits' : undefined
}

/** Start of a frame, by its coding; C4, C8 and CC are something else. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function foreignJpeg(bytes: Buffer): string | undefined {
  // Segments, each with its length; a thumbnail lies within one. The frame is told of before the first scan.
  for (let at = 2; at + 10 <= bytes.length && bytes.readUInt8(at) === 0xff;) {
    const marker = bytes.readUInt8(at + 1)
    if (isFrame(marker)) {
      const [bits, components] = [bytes.readUInt8(at + 4), bytes.readUInt8(at + 9)]
      if (bits !== 8) return `a JPEG of ${bits} bits`
      return components === 4 ? 'a JPEG in CMYK' : undefined
    }
    // Any number of fill bytes may stand before a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

function foreignOpus(bytes: Buffer): [string, string] | undefined {
  const isHeader = bytes.length > 37 && bytes.toString('latin1', 28, 36) === 'OpusHead'
  return isHeader && bytes.readUInt8(37) > 1 ? ['Opus in stereo', 'it in mono alone'] : undefined
}

const CODECS = { video: ['avc1', 'avc3'], audio: ['mp4a'] } as const

function foreignCodec(kind: 'audio' | 'video', head: Uint8Array): [string, string] | undefined {
  const codecs = mp4Codecs(head)
  if (codecs === undefined) return undefined
  const { video, audio } = codecs
  const pictures = kind === 'video' ? video : []
  const foreign =
    pictures.find((codec) => !(CODECS.video as readonly string[]).includes(codec)) ??
    audio.find((codec) => !(CODECS.audio as readonly string[]).includes(codec))
  const played = 'H.264 with at most one track of AAC alone'
  if (foreign !== undefined) return [foreign.replace(/[^\w -]/g, '?'), played]
  return audio.length > 1 ? [`${audio.length} tracks of sound`, played] : undefined
}
