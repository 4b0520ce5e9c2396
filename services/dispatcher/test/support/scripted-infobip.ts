import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is looked at in a send, whichever API it is of: the Messages API has several, in `messages`. */
interface Fields {
  destinations?: { messageId?: string; to?: string | { phoneNumber?: string } }[]
  whatsApp?: { text?: string }
  messageId?: string
  to?: string
  content?: { text?: string; body?: { text?: string } }
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string
  readonly body: unknown
  /** Of the message that it sends, if it sends one. */
  readonly messageId: string | undefined
  readonly to: string | undefined
  readonly text: string | undefined
  readonly at: number
}

/** What is answered: a status with a body as JSON or a page as it is, `hang` (nothing until the server closes), or `drop` (the connection breaks). */
export type Reply =
  { status: number; body?: unknown; page?: string; headers?: Record<string, string> } | 'hang' | 'drop'

/** Infobip by a script: what each request is answered is the test's decision, and what it takes is in its books. */
export interface ScriptedInfobip {
  readonly url: string
  /** All requests that came, or those to one path. */
  requests(path?: string): SeenRequest[]
  /** Sends alone, by any endpoint. */
  sends(): SeenRequest[]
  /** Message ids that were taken, each as often as it was. */
  readonly accepted: string[]
  /** Decides the answer to a send; `undefined` takes it. */
  onSend: (request: SeenRequest, nth: number) => Reply | undefined | Promise<Reply | undefined>
  /** Decides the answer to anything else; `undefined` answers as Infobip does. */
  onOther: (request: SeenRequest) => Reply | undefined
  /** Whether the logs show a message that was taken. */
  logsShow: (messageId: string) => boolean
  accept(request: SeenRequest): Reply
  close(): Promise<void>
}

const PENDING = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED', description: 'Message accepted' }

/** On a free port, unless one is given. */
export async function startScriptedInfobip(port = 0): Promise<ScriptedInfobip> {
  const seen: SeenRequest[] = []
  const accepted: string[] = []
  let nth = 0

  const infobip: ScriptedInfobip = {
    get url() {
      // `as`: a listening TCP server has an address with a port.
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    requests: (path) => seen.filter((request) => path === undefined || request.path === path),
    sends: () => seen.filter((request) => request.messageId !== undefined),
    accepted,
    onSend: () => undefined,
    onOther: () => undefined,
    logsShow: () => true,
    accept: (request) => {
      if (request.messageId !== undefined) accepted.push(request.messageId)
      const message = { to: { phoneNumber: request.to }, status: PENDING, messageId: request.messageId }
      return {
        status: 200,
        body: request.path.startsWith('/whatsapp/') ? { ...message, messageCount: 1 } : { messages: [message] },
      }
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    seen.push(request)
    const reply =
      request.messageId === undefined
        ? other(request)
        : ((await infobip.onSend(request, ++nth)) ?? infobip.accept(request))
    if (reply === 'hang') return
    if (reply === 'drop') {
      incoming.socket.destroy()
      return
    }
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
    response.end(reply.page ?? (reply.body === undefined ? undefined : JSON.stringify(reply.body)))
  }

  function other(request: SeenRequest): Reply {
    const scripted = infobip.onOther(request)
    if (scripted !== undefined) return scripted
    if (request.path === '/omni/1/logs') {
      const ids = request.query.getAll('messageId').filter((id) => accepted.includes(id) && infobip.logsShow(id))
      return { status: 200, body: { results: ids.map((messageId) => ({ messageId, status: PENDING })) } }
    }
    if (request.path.endsWith('/read')) return { status: 204 }
    if (request.path === '/whatsapp/1/events') return { status: 200, body: { messages: [{ status: PENDING }] } }
    return { status: 200, body: {} }
  }

  const server = createServer((incoming, response) => void serve(incoming, response))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return infobip
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer) // a request without an encoding yields buffers
  const url = new URL(incoming.url ?? '/', 'http://infobip')
  const text = Buffer.concat(chunks).toString('utf8')
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  // `as`: what is read is what the dispatcher under test wrote; a field that is missing is undefined.
  const { messages, ...single } = (body ?? {}) as Fields & { messages?: Fields[] }
  const fields = messages?.[0] ?? single
  const [destination] = fields.destinations ?? []
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    authorization: incoming.headers.authorization ?? '',
    body,
    messageId: destination?.messageId ?? fields.messageId,
    to: typeof destination?.to === 'object' ? destination.to.phoneNumber : (destination?.to ?? fields.to),
    text: fields.whatsApp?.text ?? fields.content?.text ?? fields.content?.body?.text,
    at: performance.now(),
  }
}
