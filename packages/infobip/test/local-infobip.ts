import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'

/** Starts a server on a port of its own. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this form.
  return (server.address() as AddressInfo).port
}

export interface LocalServer {
  url: string
  sockets: Set<Socket>
  close(): Promise<void>
}

export async function startLocalServer(handler: RequestListener, keepAliveMs = 5_000): Promise<LocalServer> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, handler)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array)) // an undecoded request gives bytes
  return Buffer.concat(chunks).toString('utf8')
}
