import type { ServerResponse } from 'node:http'

/** A reader that takes nothing for so long is gone, whatever its connection says. */
const STALL_MS = 60_000

/** Writes a piece, waits until the system has taken it. False when the client is gone. */
export async function writeBody(response: ServerResponse, piece: Buffer, stallMs = STALL_MS): Promise<boolean> {
  if (response.destroyed) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => response.destroy(), stallMs)
  const onClose = (): void => resolve(false)
  response.once('close', onClose)
  response.write(piece, (error) => resolve(error == null))
  const written = await promise
  clearTimeout(timer)
  response.off('close', onClose)
  return written
}

/** Ends an answer with these bytes. `written` is called once the system has taken them all; never where the connection broke. */
export function endBody(response: ServerResponse, bytes: Buffer, written: () => void): void {
  // The request's: an answer that waits for its turn on a connection has none yet, and one that is written no longer.
  const { socket } = response.req
  // Node calls this for a connection that was destroyed too.
  response.end(bytes, () => {
    if (!socket.destroyed) written()
  })
}
