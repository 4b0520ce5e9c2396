import { crc32, deflateSync } from 'node:zlib'

/** A small picture, made on the spot: a sunset as a PNG of 8-bit RGB. */
export function paintPng({ width, height }: { width: number; height: number }): Buffer {
  const row = 1 + width * 3
  const pixels = Buffer.alloc(row * height)
  const sun = { x: width / 2, y: height * 0.6, radius: height * 0.2 }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inSun = Math.hypot(x - sun.x, y - sun.y) < sun.radius
      const down = y / height
      pixels.set(inSun ? [255, 244, 190] : [255 - 90 * down, 140 + 40 * down, 90 + 110 * down], y * row + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
