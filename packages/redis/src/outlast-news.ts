import type { Redis } from 'ioredis'

/** What such a client emits when it has ended for good. */
export const LEFT = 'left'
const AGAIN_MS = 50

/**
 * Has a client end by its own `disconnect` or `quit` alone. Where Sentinel tells of a new master while it is being asked for one, ioredis's
 * connector takes the news for a goodbye: the client would end for good, and answer no command any more.
 */
export function outlastNews(client: Redis): Redis {
  let isLeft = false
  /** It ended with a connection, not in the middle of making one. */
  let isClosed = false
  const disconnect = client.disconnect.bind(client)
  client.disconnect = (reconnect = false) => {
    isLeft ||= !reconnect
    disconnect(reconnect)
  }
  client.on('connecting', () => (isClosed = false))
  client.on('close', () => (isClosed = true))
  client.on('end', () => {
    if (isLeft || isClosed) client.emit(LEFT)
    else setTimeout(connectAgain, AGAIN_MS)
  })
  return client

  function connectAgain(): void {
    // What goes wrong with it is told by an event.
    if (!isLeft) client.connect().catch(() => undefined)
  }
}
