import { connect, createServer, type Server, type Socket } from 'node:net'

export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** `127.0.0.1:port` */
  readonly address: string
  /** How many connections have been made through it. */
  connections(): number
  /** How often a client has spoken since the server last did, over all connections: round trips. */
  trips(): number
  /** Whether every client that has spoken has heard the server since. */
  isIdle(): boolean
  /** Breaks every connection (a reset) and refuses new ones until `heal`. */
  cut(): void
  /** Breaks every connection now; new ones are fine. */
  reset(): void
  /** Keeps connections open and takes new ones, but passes nothing on, either way, until `heal`, and then everything. */
  freeze(): void
  /** Passes every chunk on that much later, each way. */
  delay(ms: number): void
  /** Requests arrive, answers do not: what comes back is thrown away. With `bytes`, so many of the next ones, then the connection breaks. */
  dropReplies(bytes?: number): void
  /** New connections go to this port; those that stand stay where they are, as when a name or a virtual address moves. */
  redirect(port: number): void
  /** Ends every fault; what was held back by `freeze` goes on its way. */
  heal(): void
  close(): Promise<void>
}

interface Faults {
  refuse: boolean
  frozen: boolean
  delayMs: number
  dropped: number
}

const NONE: Faults = { refuse: false, frozen: false, delayMs: 0, dropped: 0 }

/** A TCP proxy in front of a server on this machine, which can be told to fail. */
export async function createFaultProxy(target: { host?: string; port: number }): Promise<FaultProxy> {
  let faults: Faults = { ...NONE }
  let made = 0
  let targetPort = target.port
  const sockets = new Set<Socket>()
  const thaws = new Set<() => void>()
  /** Clients that have spoken since their server last did. */
  const waiting = new Set<Socket>()

  let trips = 0
  const pass = (from: Socket, to: Socket, isReply: boolean): void => {
    const held: Buffer[] = []
    const thaw = (): void => {
      for (const chunk of held.splice(0)) to.write(chunk)
      from.resume()
    }
    thaws.add(thaw)
    from.once('close', () => thaws.delete(thaw))
    from.on('data', (chunk: Buffer) => {
      if (isReply) waiting.delete(to)
      else if (!waiting.has(from)) {
        waiting.add(from)
        trips++
      }
      if (faults.frozen) {
        held.push(chunk)
        from.pause()
        return
      }
      if (isReply && faults.dropped > 0) {
        faults.dropped -= chunk.length
        if (faults.dropped <= 0) {
          faults.dropped = 0
          from.resetAndDestroy()
        }
        return
      }
      if (faults.delayMs > 0) setTimeout(() => to.write(chunk), faults.delayMs)
      else if (!to.write(chunk)) {
        from.pause()
        to.once('drain', () => !faults.frozen && from.resume())
      }
    })
    from.once('end', () => to.end())
    from.on('error', () => to.resetAndDestroy())
    from.once('close', () => to.destroy())
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    made++
    if (faults.refuse) {
      client.on('error', () => undefined)
      client.resetAndDestroy()
      return
    }
    const upstream = connect({ host: target.host ?? '127.0.0.1', port: targetPort, allowHalfOpen: true })
    client.once('close', () => waiting.delete(client))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => sockets.delete(socket))
    }
    pass(client, upstream, false)
    pass(upstream, client, true)
  })
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const close = async (): Promise<void> => {
    reset()
    await new Promise((resolve) => server.close(resolve))
  }
  const port = await listen(server)
  return {
    port,
    address: `127.0.0.1:${port}`,
    connections: () => made,
    trips: () => trips,
    isIdle: () => waiting.size === 0,
    cut: () => {
      faults.refuse = true
      reset()
    },
    reset,
    freeze: () => {
      faults.frozen = true
    },
    delay: (ms) => {
      faults.delayMs = ms
    },
    dropReplies: (bytes = Number.POSITIVE_INFINITY) => {
      faults.dropped = bytes
    },
    redirect: (port) => {
      targetPort = port
    },
    heal: () => {
      faults = { ...NONE }
      for (const thaw of thaws) thaw()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('a TCP server without a port'))
      else resolve(address.port)
    })
  })
}
