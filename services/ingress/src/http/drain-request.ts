import type { IncomingMessage } from 'node:http'

/** Enough for a webhook of the default limit over 50 Mbit/s; a sender that goes on has had its answer in the meantime. */
const drainMs = 5_000
const drainBytes = 64 * 1024 * 1024

/**
 * Reads and forgets the rest of a body whose answer was given early: closing the connection on a client that still sends
 * makes its system throw the answer away unread.
 */
export function drainRequest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  let left = drainBytes
  const end = (): void => void request.socket.destroy()
  const timer = setTimeout(end, drainMs)
  request
    .on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) end()
    })
    .once('close', () => clearTimeout(timer))
    .once('end', () => clearTimeout(timer))
    .resume()
}
