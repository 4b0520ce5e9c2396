import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { AbstractConnector, type RedisOptions, type SentinelConnectionOptions, SentinelConnector } from 'ioredis'
import type { ReplyBuffers } from './reply-buffers.ts'
import { createReplyReader } from './reply-reader.ts'

type Connector = NonNullable<RedisOptions['Connector']>
type EmitError = Parameters<SentinelConnector['connect']>[0]

/**
 * How ioredis opens its connections, so that long replies are read into these buffers. Its own connectors take no `onread`,
 * which is an option of a socket from its start.
 */
export function replyConnector(buffers: ReplyBuffers, kind: 'server' | 'sentinel'): Connector {
  return kind === 'server' ? serverConnector(buffers) : sentinelConnector(buffers)
}

/** What ioredis's own does, for a server or a node of a cluster. */
function serverConnector(buffers: ReplyBuffers): Connector {
  return class extends AbstractConnector {
    private readonly options: RedisOptions

    constructor(options: unknown) {
      const given = options as RedisOptions // what ioredis constructs it with
      super(given.disconnectTimeout ?? 0)
      this.options = given
    }

    override async connect(): Promise<Socket | TLSSocket> {
      this.connecting = true
      // Whoever disconnects in this turn is heard before there is a socket.
      await new Promise<void>((resolve) => process.nextTick(resolve))
      if (!this.connecting) throw new Error('Connection is closed.')
      const { host = 'localhost', port = 6379, family, tls } = this.options
      const reader = createReplyReader(buffers)
      const address = { host, port, ...(family !== undefined && { family }), onread: reader.onread }
      const socket = tls ? connectTls({ ...address, ...tls } as ConnectionOptions) : connectTcp(address)
      reader.attach(socket)
      this.stream = socket
      socket.once('error', (error) => (this.firstError = error))
      return socket
    }
  }
}

/** The address that a sentinel tells is made the socket's options: there `onread` is added. */
function sentinelConnector(buffers: ReplyBuffers): Connector {
  return class extends SentinelConnector {
    private reader = createReplyReader(buffers)

    constructor(options: unknown) {
      super(options as SentinelConnectionOptions) // what ioredis constructs it with
      this.options = { ...this.options, natMap: (address) => this.addressOf(address) }
    }

    override async connect(emitError: EmitError): Promise<Socket | TLSSocket> {
      const socket = await super.connect(emitError)
      this.reader.attach(socket)
      return socket
    }

    private addressOf(address: string): { host: string; port: number; onread: OnReadOpts } {
      const colon = address.lastIndexOf(':')
      // Each connection begins at the start of a reply.
      this.reader = createReplyReader(buffers)
      return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)), onread: this.reader.onread }
    }
  }
}
