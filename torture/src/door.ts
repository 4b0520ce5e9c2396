import { Agent, createServer, request as sendRequest } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Connections that wait to be taken, as many as Linux lets: two dispatchers after an outage open two thousand at once. */
const BACKLOG = 4_096

/** One request through the door, while it is open and after. */
export interface Exchange {
  readonly seq: number
  readonly at: number
  /** When its process made it; when it came, where that is not said. */
  readonly madeAt: number
  readonly method: string
  readonly url: URL
  readonly authorization: string
  /** The process that made it, where it says so. */
  readonly process: string | undefined
  readonly body: Buffer
  /** Which of the upstreams has it. */
  readonly upstream: number
  answer: { at: number; status: number; retryAfter: string | undefined; body: Buffer } | undefined
  /** When the client went away before it was answered. */
  leftAt: number | undefined
}

/** A reverse proxy that sees everything and outlives both sides. */
export interface Door extends AsyncDisposable {
  readonly url: string
  /** The same under another port. */
  readonly otherUrl: string
  /** What is open now, of one upstream or of all. */
  open(upstream?: number): Exchange[]
  /** Closed ones, for what asks whether a client left at a certain time. */
  readonly left: readonly Exchange[]
  /** How many came too late to be handed on. */
  late(): number
}

/** Tell the door which process makes a request, and since when (name-process.ts). */
const PROCESS_HEADER = 'x-torture-process'
const MADE_AT_HEADER = 'x-torture-made-at'
/** Tells an upstream which exchange a request is, so that its books can be laid beside the door's. */
export const SEQ_HEADER = 'x-torture-request'

export interface DoorOptions {
  /** Where there are several, they take turns. */
  readonly upstreams: readonly string[]
  readonly onClosed?: (exchange: Exchange) => void
  /**
   * What was made longer ago is lost on the way. On a machine with too much to do a connection waits at the door for half a minute,
   * and by then its sender has died or given it up, asked about it and made another: of a network that delivers so late nothing is
   * promised.
   */
  readonly mostAgeMs?: number
}

/**
 * Hands requests on. A connection that the upstream drops is dropped towards the client too: an answer is never made up.
 */
export async function openDoor({
  upstreams,
  onClosed = () => undefined,
  mostAgeMs = Infinity,
}: DoorOptions): Promise<Door> {
  const agent = new Agent({ keepAlive: true })
  const open = new Set<Exchange>()
  const left: Exchange[] = []
  let next = 0
  let late = 0

  function close(exchange: Exchange): void {
    if (!open.delete(exchange)) return
    if (exchange.leftAt !== undefined) left.push(exchange)
    onClosed(exchange)
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now()
    const madeAt = Number(incoming.headers[MADE_AT_HEADER] ?? at)
    if (at - madeAt > mostAgeMs) {
      late++
      incoming.socket.destroy()
      return
    }
    const seq = ++next
    const upstream = seq % upstreams.length
    const body = await readAll(incoming)
    const exchange: Exchange = {
      seq,
      at,
      madeAt,
      method: incoming.method ?? '',
      url: new URL(incoming.url ?? '/', 'http://door'),
      authorization: incoming.headers.authorization ?? '',
      process: incoming.headers[PROCESS_HEADER]?.toString(),
      body,
      upstream,
      answer: undefined,
      leftAt: undefined,
    }
    open.add(exchange)
    response.on('close', () => {
      if (exchange.answer === undefined) exchange.leftAt = Date.now()
      close(exchange)
    })
    // Not "left": it was the upstream that broke it off.
    const breakOff = (): void => {
      close(exchange)
      incoming.socket.destroy()
    }
    const onward = sendRequest(
      new URL(`${exchange.url.pathname}${exchange.url.search}`, upstreams[upstream]),
      { agent, method: exchange.method, headers: { ...incoming.headers, [SEQ_HEADER]: String(seq) } },
      (answer) => void giveBack(exchange, answer, response).catch(breakOff),
    )
    onward.on('error', breakOff)
    onward.end(body)
  }

  const listen = async (): Promise<{ url: string; close: () => Promise<void> }> => {
    const server = createServer((incoming, response) => {
      pass(incoming, response).catch(() => incoming.socket.destroy())
    })
    server.keepAliveTimeout = 60_000
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, resolve))
    // `as`: a server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo
    const close = async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    return { url: `http://127.0.0.1:${port}`, close }
  }
  const [front, side] = await Promise.all([listen(), listen()])
  return {
    url: front.url,
    otherUrl: side.url,
    open: (upstream) => [...open].filter((exchange) => upstream === undefined || exchange.upstream === upstream),
    left,
    late: () => late,
    [Symbol.asyncDispose]: async () => {
      agent.destroy()
      await Promise.all([front.close(), side.close()])
    },
  }
}

async function giveBack(exchange: Exchange, answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readAll(answer)
  const status = answer.statusCode ?? 0
  exchange.answer = { at: Date.now(), status, retryAfter: answer.headers['retry-after'], body }
  response.writeHead(status, answer.headers)
  response.end(body)
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer) // a stream without an encoding yields buffers
  return Buffer.concat(chunks)
}
