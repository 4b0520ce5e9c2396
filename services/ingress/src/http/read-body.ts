import type { IncomingMessage } from 'node:http'

export type BodyReading =
  | { readonly outcome: 'read'; readonly bytes: Buffer }
  | { readonly outcome: 'tooLarge' | 'noRoom' | 'tooManyChunks' | 'tooSlow' | 'cut' }

export interface ReadBodyOptions {
  readonly limitBytes: number
  /** Asks for room as the body comes; whoever reads gives it back. */
  readonly take: (bytes: number) => boolean
  /** What must come between two looks, by the second; default: only the server's own limit for a whole request. */
  readonly leastBytesPerS?: number | undefined
}

/** A chunk costs as much as some hundred bytes: no sender that writes what it has cuts a body into smaller ones than this. */
const LEAST_CHUNK_BYTES = 64
/** So many may be smaller. */
const FREE_CHUNKS = 4_096
/** Long enough for a packet that is lost and sent again. */
const LOOK_MS = 2_000

const ignore = (): void => undefined

/** Reads a body as it comes, into one buffer: a body holds its length, however it is cut. */
export function readBody(request: IncomingMessage, options: ReadBodyOptions): Promise<BodyReading> {
  const { limitBytes, take, leastBytesPerS } = options
  const { promise, resolve } = Promise.withResolvers<BodyReading>()
  let bytes: Buffer = Buffer.alloc(0)
  let length = 0
  let chunks = 0
  let lengthBefore = 0
  let hasLeft = false

  if (request.destroyed) return Promise.resolve({ outcome: 'cut' })
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.resolve({ outcome: 'tooLarge' })

  function onData(chunk: Buffer): void {
    if (length + chunk.length > limitBytes) return giveUp('tooLarge')
    if (++chunks > FREE_CHUNKS + length / LEAST_CHUNK_BYTES) return giveUp('tooManyChunks')
    if (!take(chunk.length)) return giveUp('noRoom')
    append(chunk)
  }

  // Most bodies are one chunk, and stay as they came.
  function append(chunk: Buffer): void {
    if (length === 0) bytes = chunk
    else {
      if (length + chunk.length > bytes.length) bytes = grown(bytes, length, length + chunk.length)
      chunk.copy(bytes, length)
    }
    length += chunk.length
  }

  function onLook(): void {
    // What has come while the event loop was busy is read first.
    setImmediate(() => {
      if (hasLeft || leastBytesPerS === undefined) return
      if (length - lengthBefore < (leastBytesPerS * LOOK_MS) / 1_000) giveUp('tooSlow')
      lengthBefore = length
    })
  }

  function onEnd(): void {
    leave()
    resolve({ outcome: 'read', bytes: bytes.subarray(0, length) })
  }

  function giveUp(outcome: 'tooLarge' | 'noRoom' | 'tooManyChunks' | 'tooSlow' | 'cut'): void {
    leave()
    // Stopped, not resumed: whoever answers decides how much more of it is worth reading.
    request.pause()
    resolve({ outcome })
  }

  const onCut = (): void => giveUp('cut')

  function leave(): void {
    hasLeft = true
    clearInterval(looks)
    request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut)
    // A connection that breaks later is nobody's error.
    request.on('error', ignore)
  }

  const looks = leastBytesPerS === undefined ? undefined : setInterval(onLook, LOOK_MS)
  request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut)
  return promise
}

function grown(bytes: Buffer, length: number, wanted: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(wanted, Math.ceil(1.5 * length)))
  bytes.copy(larger, 0, 0, length)
  return larger
}
