import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf } from './network-of.ts'

export interface ShareOptions {
  /** Asked each time: it may be changed while the server runs. */
  readonly most: () => number
  /** Addresses that many clients share: trusted proxies, whose connections are not counted as one client's. */
  readonly isShared: (address: string) => boolean
}

/** Told of each request, since a connection is idle where none is being served. */
export type NoteRequest = (request: IncomingMessage, response: ServerResponse) => void

/** From here on new connections take the place of idle ones. */
const CROWDED = 0.75

/**
 * Keeps one address from holding every connection: once three quarters of the limit are open, each new connection closes the
 * oldest idle one of the address (of IPv6 the network) that has most.
 */
export function shareConnections(server: Server, { most, isShared }: ShareOptions): NoteRequest {
  const byNetwork = new Map<string, Map<string, Socket>>()
  const busy = new Map<string, ServerResponse>()
  let open = 0

  // Under TLS, too, this is the plain socket: a connection counts from before its handshake.
  server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket
    if (isShared(remoteAddress)) return
    const [id, network] = [idOf(socket), networkOf(remoteAddress)]
    const sockets = byNetwork.get(network) ?? new Map<string, Socket>()
    byNetwork.set(network, sockets.set(id, socket))
    open++
    socket.once('close', () => {
      open--
      sockets.delete(id)
      if (sockets.size === 0) byNetwork.delete(network)
    })
    if (open > CROWDED * most()) closeIdle()
  })

  function closeIdle(): void {
    let crowd = new Map<string, Socket>()
    for (const sockets of byNetwork.values()) if (sockets.size > crowd.size) crowd = sockets
    for (const [id, socket] of crowd) {
      if (isServed(busy.get(id))) continue
      socket.destroy()
      return
    }
  }

  return ({ socket }, response) => {
    const id = idOf(socket)
    busy.set(id, response)
    response.once('close', () => busy.delete(id))
  }
}

/** Who has been refused and goes on sending is waited for, but in nobody's way. */
function isServed(response: ServerResponse | undefined): boolean {
  return response !== undefined && !(response.headersSent && response.statusCode >= 400)
}

/** A request's socket under TLS is another object than the connection's. */
function idOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
