import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Infobip, seen from where messages end: says what text it was asked to send. */
export interface Phone extends AsyncDisposable {
  readonly url: string
}

export interface PhoneOptions {
  readonly onText: (text: string) => void
  /** A customer whose messages are answered with 500. */
  readonly unlucky?: string
}

export async function startPhone({ onText, unlucky }: PhoneOptions): Promise<Phone> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      onText(/"text":"([^"]*)"/.exec(body)?.[1] ?? '')
      const failed = unlucky !== undefined && body.includes(unlucky)
      const messageId = /"messageId":"([^"]*)"/.exec(body)?.[1]
      const status = { groupId: 1, groupName: 'PENDING', id: 7, name: 'PENDING_ENROUTE' }
      response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' })
      response.end(failed ? '{}' : JSON.stringify({ messages: [{ to: {}, status, messageId }] }))
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has no pipe name
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
