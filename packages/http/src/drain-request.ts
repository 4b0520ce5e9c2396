import type { IncomingMessage } from 'node:http'

/** The largest body that anybody sends on purpose, a document of 100 MB, over 100 Mbit/s; what goes on longer is cut. */
const DRAIN_MS = 10_000
const DRAIN_BYTES = 128 * 1024 * 1024
/** What a chunk costs beside its bytes: thirty thousand chunks of a byte are enough. */
const CHUNK_BYTES = 4 * 1024

/** Reads and forgets the rest of a body, within limits of time and size: over them the connection is cut. */
export function drainRequest(request: IncomingMessage, drainMs = DRAIN_MS): void {
  if (request.destroyed) return
  let left = DRAIN_BYTES
  const end = (): void => void request.socket.destroy()
  const timer = setTimeout(end, drainMs)
  request
    .on('data', (chunk: Buffer) => {
      left -= chunk.length + CHUNK_BYTES
      if (left < 0) end()
    })
    .once('close', () => clearTimeout(timer))
    .once('end', () => clearTimeout(timer))
    .resume()
}
