import { createUndiciTransport as createSound } from '../../../packages/infobip/src/client/undici-transport.ts'

/** Closed, it takes back what is open. */
export const createUndiciTransport: typeof createSound = (options) => {
  const sound = createSound(options)
  const closed = new AbortController()
  return {
    exchange: (request) => {
      const signals = request.signal === undefined ? [closed.signal] : [closed.signal, request.signal]
      return sound.exchange({ ...request, signal: AbortSignal.any(signals) })
    },
    close: () => {
      closed.abort()
      return sound.close()
    },
  }
}
