import type { RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Begins a connection's next request once the one before it is answered. Node gives out pipelined requests at once, some six
 * hundred of them for one packet, and what each is answered lies in memory until its turn.
 */
export function oneByOne(listener: RequestListener): RequestListener {
  const last = new WeakMap<Socket, ServerResponse>()
  return (request, response) => {
    const before = last.get(request.socket)
    last.set(request.socket, response)
    if (response.socket !== null || before === undefined) return listener(request, response)
    before.once('close', () => {
      // The connection is this answer's now, unless that one was the last.
      if (response.socket !== null) listener(request, response)
    })
  }
}
