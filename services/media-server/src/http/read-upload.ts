import type { IncomingMessage } from 'node:http'

/** A sender that is silent for so long while we wait for it is gone. Well below the life of a media item that is being filled. */
const IDLE_MS = 30_000

export class UploadCutError extends Error {
  override name = 'UploadCutError'
}

/**
 * The bytes of a request; throws UploadCutError when the client leaves, breaks
 * off or falls silent.
 */
export async function* readUpload(request: IncomingMessage, idleMs = IDLE_MS): AsyncGenerator<Buffer, void, void> {
  const timer = setTimeout(() => request.destroy(new UploadCutError('the sender fell silent')), idleMs)
  try {
    // Leaving early must not destroy the request: the refusal is still to be written to its connection.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      yield piece
      // What the store takes to write it is not the sender's silence.
      timer.refresh()
    }
  } catch (error) {
    throw error instanceof UploadCutError ? error : new UploadCutError('the sender broke off', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
