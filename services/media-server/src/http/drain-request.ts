import type { IncomingMessage } from 'node:http'

/** Enough for a client to notice the answer while it is still sending; what is longer is cut. */
const DRAIN_MS = 10_000
const DRAIN_BYTES = 256 * 1024 * 1024

/**
 * Reads the rest of a refused upload and throws it away: a client that is still sending would otherwise see a reset
 * connection instead of the answer.
 */
export function drainRequest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  let bytes = 0
  const timer = setTimeout(() => request.destroy(), DRAIN_MS)
  request.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes > DRAIN_BYTES) request.destroy()
  })
  request.on('error', () => {})
  request.once('close', () => clearTimeout(timer))
  request.resume()
}
