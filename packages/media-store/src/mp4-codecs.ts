/** Sample formats of an MP4's tracks, as they stand in it: `avc1`, `hvc1`, `mp4a`, `alac` … */
export interface Mp4Codecs {
  readonly video: readonly string[]
  readonly audio: readonly string[]
}

interface Box {
  readonly type: string
  /** Of its content. */
  readonly start: number
  readonly end: number
}

/**
 * Codecs of a file of the ISO base media format (MP4, M4A, 3GP), as far as its beginning tells: the list of tracks may
 * lie at its end, and then nothing is known. `undefined` for what is no such file.
 */
export function mp4Codecs(head: Uint8Array): Mp4Codecs | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const whole: Box = { type: '', start: 0, end: head.length }
  if (head.length < 12 || nameAt(head, 4) !== 'ftyp') return undefined
  const video: string[] = []
  const audio: string[] = []
  for (const track of descend(view, whole, ['moov', 'trak'])) {
    const [handler] = descend(view, track, ['mdia', 'hdlr'])
    const [samples] = descend(view, track, ['mdia', 'minf', 'stbl', 'stsd'])
    if (handler === undefined || samples === undefined) continue
    // Version and flags, four bytes that mean nothing, the type; version and flags, the count, the first entry.
    const type = nameAt(head, handler.start + 8)
    const format = nameAt(head, samples.start + 12)
    if (format.length === 4 && type === 'vide') video.push(format)
    if (format.length === 4 && type === 'soun') audio.push(format)
  }
  return { video, audio }
}

function descend(view: DataView, box: Box, [type, ...below]: readonly string[]): Box[] {
  if (type === undefined) return [box]
  return boxesIn(view, box).flatMap((inner) => (inner.type === type ? descend(view, inner, below) : []))
}

/** The boxes in one, the last of which may be cut off. */
function boxesIn(view: DataView, { start, end }: Box): Box[] {
  const boxes: Box[] = []
  let at = start
  while (at + 8 <= end) {
    const short = view.getUint32(at)
    // 1: the size follows in eight bytes; 0: to the end.
    const isLong = short === 1 && at + 16 <= end
    const size = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short
    const header = isLong ? 16 : 8
    if (size < header) break
    const type = nameAt(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at + 4)
    boxes.push({ type, start: at + header, end: Math.min(end, at + size) })
    at += size
  }
  return boxes
}

function nameAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}
