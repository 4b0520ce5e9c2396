import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A message that was taken. */
export interface Taken {
  readonly messageId: string
  /** What it says: a text, or the caption of a picture. */
  readonly text: string
  readonly key: string
}

/** Infobip as far as sends and questions about them go; what it took is in its books, in the order of arrival. */
export interface Provider extends AsyncDisposable {
  readonly url: string
  readonly taken: readonly Taken[]
  /** From now on this key is refused, or taken again. */
  refuse(key: string, refused: boolean): void
  /** From now on what is taken gets no answer, until what it returns is called. */
  hold(): () => void
  /** Takes the next of them, as many as are said, and drops their connections without an answer. */
  dropAnswers(count: number): void
  /** Requests that wait for an answer. */
  open(): number
}

const STATUS = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED', description: 'Message accepted' }
/** So that requests are open when an instance stops. */
const ANSWER_MS = 30

export async function startProvider(onTaken: (taken: Taken) => void): Promise<Provider> {
  const taken: Taken[] = []
  const known = new Set<string>()
  const refused = new Set<string>()
  let released: Promise<void> = Promise.resolve()
  let open = 0
  let toDrop = 0

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer) // a stream without an encoding yields buffers
    const body = Buffer.concat(chunks).toString('utf8')
    const key = (request.headers.authorization ?? '').replace(/^App /, '')
    const url = new URL(request.url ?? '/', 'http://provider')
    if (refused.has(key)) return answer(response, 401, {})
    if (request.method !== 'POST') return answer(response, 200, { results: logsOf(url) })
    const [, messageId = ''] = /"messageId":"([^"]+)"/.exec(body) ?? []
    const [, text = ''] = /"(?:text|caption)":"([^"]*)"/.exec(body) ?? []
    const one = { messageId, text, key }
    taken.push(one)
    known.add(messageId)
    onTaken(one)
    if (toDrop > 0) {
      toDrop--
      request.socket.destroy()
      return
    }
    open++
    await sleep(ANSWER_MS)
    await released
    open--
    answer(response, 200, { messages: [{ to: {}, status: STATUS, messageId }] })
  }

  function logsOf(url: URL): unknown[] {
    const asked = url.searchParams.getAll('messageId').flatMap((list) => list.split(','))
    return asked.filter((id) => known.has(id)).map((messageId) => ({ messageId, status: STATUS }))
  }

  const server = createServer((request, response) => void serve(request, response))
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // `as`: a server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    refuse: (key, isRefused) => void (isRefused ? refused.add(key) : refused.delete(key)),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      released = promise
      return resolve
    },
    dropAnswers: (count) => void (toDrop += count),
    open: () => open,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
