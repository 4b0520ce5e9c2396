import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Infobip as far as sends go. */
export interface Provider extends AsyncDisposable {
  readonly url: string
}

export interface ProviderOptions {
  /** Called with the text of each message as its request is there. */
  onText?: (text: string) => void
  /** How long an answer takes. */
  delayMs?: number
  /** Answers a send; with 200 at once where it does not. */
  answer?: (response: ServerResponse) => void
}

const status = { groupId: 1, groupName: 'PENDING', id: 7, name: 'PENDING_ENROUTE' }

export async function startProvider({ onText, delayMs = 0, answer }: ProviderOptions): Promise<Provider> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      onText?.(/"text":"([^"]*)"/.exec(text)?.[1] ?? '')
      if (answer !== undefined) return answer(response)
      const messageId = /"messageId":"([^"]*)"/.exec(text)?.[1]
      const accept = (): void => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ messages: [{ to: {}, status, messageId }] }))
      }
      if (delayMs === 0) accept()
      else setTimeout(accept, delayMs)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has no pipe name
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
