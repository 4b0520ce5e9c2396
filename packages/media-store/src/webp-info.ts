/** Size of a WebP picture in pixels and whether it moves. */
export interface WebpInfo {
  readonly width: number
  readonly height: number
  readonly animated: boolean
}

/**
 * Reads the header of a WebP file (RFC 9649: RIFF container with VP8, VP8L or VP8X as the first chunk).
 * `undefined` when it is none or ends too early.
 */
export function webpInfo(bytes: Uint8Array): WebpInfo | undefined {
  if (bytes.length < 30 || ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 12) !== 'WEBP') return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      // Flags, three reserved bytes, then width and height less one in 24 bits each.
      return { animated: (view.getUint8(20) & 0b10) !== 0, width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return undefined
      const bits = view.getUint32(21, true)
      return { animated: false, width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
    }
    case 'VP8 ':
      // A key frame: three bytes of frame tag, the start code 9d 01 2a, then 14 bits each.
      if (view.getUint8(23) !== 0x9d || view.getUint8(24) !== 0x01 || view.getUint8(25) !== 0x2a) return undefined
      return { animated: false, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    default:
      return undefined
  }
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16)
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}
