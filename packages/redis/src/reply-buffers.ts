/** Memory that long replies of Redis are read into, and that is used again once it is given back. */
export interface ReplyBuffers {
  /** Lengths that are worth it: shorter strings, and longer ones, come as they do without. */
  readonly minBytes: number
  readonly maxBytes: number
  /** What is in it at first is anything. */
  take(bytes: number): Buffer
  /**
   * Takes back the memory of a reply, or of a part of one. Only where nothing uses it any more, the kernel included; whoever
   * never gives it back leaves it to the garbage collector. From then on every view of it is empty, so that one which was
   * kept by mistake shows nothing of what comes next. @returns false for what is none of it, or was given back already
   */
  giveBack(bytes: Buffer): boolean
}

/** Below, reading it costs less than what is done to read it better. */
const MIN_BYTES = 16 * 1024
/** So much stays for the next replies; what is given back beyond it is freed. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024

/** @param maxBytes length of the longest string that is expected: 256 KiB where a client's chunks are of that size */
export function createReplyBuffers({ maxBytes }: { maxBytes: number }): ReplyBuffers {
  const kept = new Map<number, ArrayBuffer[]>()
  const taken = new WeakSet<ArrayBuffer>()
  let keptBytes = 0

  return {
    minBytes: MIN_BYTES,
    maxBytes,
    take(bytes) {
      const size = sizeFor(bytes)
      const reused = kept.get(size)?.pop()
      if (reused) keptBytes -= size
      const memory = reused ?? Buffer.allocUnsafeSlow(size).buffer
      taken.add(memory)
      return Buffer.from(memory, 0, bytes)
    },
    giveBack({ buffer: memory }) {
      if (!(memory instanceof ArrayBuffer) || !taken.delete(memory)) return false
      const size = memory.byteLength
      const stays = keptBytes + size <= MAX_KEPT_BYTES
      const fresh = memory.transfer(stays ? size : 0)
      if (!stays) return true
      keptBytes += size
      const same = kept.get(size)
      if (same) same.push(fresh)
      else kept.set(size, [fresh])
      return true
    },
  }
}

/** A power of two and the line end of a string: few sizes, so that any of them is soon used again. */
function sizeFor(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes - LINE_END_BYTES)) + LINE_END_BYTES
}

/** CR and LF, which end a string on the wire and are read with it. */
export const LINE_END_BYTES = 2
