import type { ServerResponse } from 'node:http'

/** A reader that takes nothing for so long is gone, whatever its connection says. */
const STALL_MS = 60_000

/** Writes a piece and waits until the client can take more. False when it is gone. */
export async function writeBody(response: ServerResponse, piece: Buffer, stallMs = STALL_MS): Promise<boolean> {
  if (response.destroyed) return false
  if (response.write(piece)) return true
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => response.destroy(), stallMs)
  const onDrain = (): void => resolve(true)
  const onClose = (): void => resolve(false)
  response.once('drain', onDrain).once('close', onClose)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    response.off('drain', onDrain).off('close', onClose)
  }
}
