import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  path: string
  headers: IncomingMessage['headers']
  raw: string
  body: any // oxlint-disable-line typescript/no-explicit-any -- webhooks of every shape, looked at field by field
  at: number
}

export interface Receiver {
  url: string
  received: Received[]
  /** Webhooks to this path. */
  to(path: string): Received[]
  /** What it answers to POSTs; 200 `{}` unless set. */
  answer: (request: Received) => { status?: number; body?: string; headers?: Record<string, string>; hang?: boolean }
  /** What it gives at `/media/…`, by HEAD and GET. */
  media: Map<string, (request: IncomingMessage, response: ServerResponse) => void>
  stop(): Promise<void>
}

/** The other side: takes webhooks, and gives media. */
export async function createReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const receiver: Receiver = {
    url: '',
    received,
    to: (path) => received.filter((one) => one.path === path),
    answer: () => ({}),
    media: new Map(),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const media = receiver.media.get(path)
      if (media !== undefined) return media(request, response)
      const raw = Buffer.concat(chunks).toString('utf8')
      const one: Received = {
        path,
        headers: request.headers,
        raw,
        body: raw === '' ? undefined : JSON.parse(raw),
        at: Date.now(),
      }
      received.push(one)
      const { status = 200, body = '{}', headers = {}, hang = false } = receiver.answer(one)
      if (!hang) response.writeHead(status, headers).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  receiver.url = `http://127.0.0.1:${port}`
  return receiver
}

/** The smallest PNG. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A media item as a good server gives it. */
export const gives = (bytes: Buffer, contentType: string) => (request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}
