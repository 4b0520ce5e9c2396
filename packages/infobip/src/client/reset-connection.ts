import { Agent, type RequestOptions } from 'node:https'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

/** Under each connection with TLS the TCP connection that carries it: that alone can be reset. */
const carriers = new WeakMap<Duplex, Socket>()

/** Makes the connections of an `https.Agent` so that `resetConnection` can reset them. */
export class ResettableAgent extends Agent {
  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    // `as`: what an agent is given by a request that has a host and a port.
    const carrier = connect(options as NetConnectOpts)
    // `socket` is of `tls.connect`, to which the agent hands its options on.
    const secured = super.createConnection({ ...options, socket: carrier } as RequestOptions, callback)
    if (secured === null || secured === undefined) return secured
    carriers.set(secured, carrier)
    // Whoever limits the time of a lookup waits for this.
    carrier.once('lookup', (...found: unknown[]) => secured.emit('lookup', ...found))
    return secured
  }
}

/**
 * Ends a connection at once: what the system still holds of a request never leaves. An orderly close delivers it, be it a minute
 * later when a network is back, to a server that no longer finds anybody to answer.
 */
export function resetConnection(socket: Socket): void {
  const carrier = socket instanceof TLSSocket ? carriers.get(socket) : socket
  if (carrier === undefined) socket.destroy()
  else carrier.resetAndDestroy()
}
