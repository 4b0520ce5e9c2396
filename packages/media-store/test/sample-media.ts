/** First bytes by which each type is known, padded to any size. Made here, byte by byte, from the formats' descriptions. */
export const sampleHeads = {
  'image/jpeg': bytes('ff d8 ff e0 00 10 4a 46 49 46 00 01 01 00 00 01 00 01 00 00 ff db'),
  'image/png': bytes(
    '89 50 4e 47 0d 0a 1a 0a 00 00 00 0d 49 48 44 52 00 00 00 01 00 00 00 01 08 06 00 00 00 1f 15 c4 89 00 00 00 00 49 44 41 54',
  ),
  'image/gif': Buffer.from('GIF89a\u0001\u0000\u0001\u0000', 'latin1'),
  'audio/aac': bytes('ff f1 50 80 01 3f fc 21 00 49 90 02 19 00 23 80'),
  'audio/amr': Buffer.from('#!AMR\n'),
  'audio/mpeg': bytes('ff fb 90 64 00 00 00 00 00 00 00 00 00 00 00 00'),
  'audio/mp4': mp4('M4A '),
  'audio/ogg; codecs=opus': ogg('OpusHead'),
  'audio/wav': Buffer.concat([Buffer.from('RIFF\u0024\u0000\u0000\u0000WAVEfmt ', 'latin1')]),
  'video/mp4': mp4('isom'),
  'video/3gpp': mp4('3gp4'),
  'video/webm': bytes('1a 45 df a3 9f 42 86 81 01 42 f7 81 01 42 f2 81 04 42 f3 81 08 42 82 84 77 65 62 6d'),
  'application/pdf': Buffer.from('%PDF-1.7\n1 0 obj\n'),
  'application/zip': bytes(
    '50 4b 03 04 14 00 00 00 00 00 00 00 21 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 61 2e 74 78 74',
  ),
  'image/webp': webp({ width: 512, height: 512, animated: false }),
} as const

/** A media item of the type with exactly this many bytes, or the shortest that there is. */
export function sampleMedia(type: keyof typeof sampleHeads, size = 0): Buffer {
  const head = sampleHeads[type]
  const media = Buffer.alloc(Math.max(size, head.length, 64), 0x20)
  head.copy(media)
  return media
}

export interface WebpShape {
  readonly width: number
  readonly height: number
  readonly animated: boolean
}

/** The header of an extended WebP file, which says size and movement. */
export function webp({ width, height, animated }: WebpShape): Buffer {
  const file = Buffer.alloc(64)
  file.write('RIFF', 0)
  file.writeUInt32LE(56, 4)
  file.write('WEBPVP8X', 8)
  file.writeUInt32LE(10, 16)
  file.writeUInt8(animated ? 0b10 : 0, 20)
  file.writeUIntLE(width - 1, 24, 3)
  file.writeUIntLE(height - 1, 27, 3)
  return file
}

export async function* pieces(bytes: Uint8Array, size = 60_000): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

function mp4(brand: string): Buffer {
  const box = Buffer.alloc(32)
  box.writeUInt32BE(24, 0)
  box.write(`ftyp${brand}`, 4, 'latin1')
  box.write(`${brand}isom`, 16, 'latin1')
  return box
}

function ogg(codec: string): Buffer {
  const page = Buffer.alloc(64)
  page.write('OggS', 0)
  page.writeUInt8(2, 5)
  page.writeUInt8(1, 26)
  page.writeUInt8(19, 27)
  page.write(codec, 28)
  return page
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
