import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { drainRequest } from './drain-request.ts'
import { oneByOne } from './one-by-one.ts'
import { refuseOnSocket } from './refuse-on-socket.ts'
import { shareConnections } from './share-connections.ts'
import { type Problem, sendProblem } from './send-problem.ts'

/** PEM texts. */
export interface ServerTls {
  readonly cert: string
  readonly key: string | { reveal(): string }
  /** Clients must show a certificate that this authority signed. */
  readonly clientCa?: string | undefined
}

export interface HttpServerOptions {
  readonly handler: RequestListener
  readonly port: number
  readonly host?: string | undefined
  readonly tls?: ServerTls | undefined
  /** Open connections; more are closed at once, and no address keeps idle ones in the way of others'. Default 10,000. */
  readonly maxConnections?: number | undefined
  /** Whether many clients come from an address, as from a proxy's. Default: from none. */
  readonly isShared?: ((address: string) => boolean) | undefined
  readonly timeouts?: Partial<HttpTimeouts> | undefined
}

export interface HttpTimeouts {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number
  /** A connection without a request. */
  readonly keepAliveMs: number
}

/**
 * A header of 16 KiB arrives in one round trip or two: 10 s is for the slowest honest line. A body of 32 MiB in 60 s is
 * 4.5 Mbit/s. Idle connections stay longer than the 60 s of common load balancers, which must be the ones that close them.
 */
const defaultTimeouts: HttpTimeouts = { headersMs: 10_000, requestMs: 60_000, keepAliveMs: 65_000 }

/** Node's own default; said here because a slow sender of headers may hold that much for each connection. */
const MAX_HEADER_BYTES = 16 * 1024

const notHttp = { status: 400, code: 'not_http', title: 'Not a valid HTTP request' }
const clientErrors: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', title: 'Headers too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request_timeout', title: 'Request too slow' },
}
/** What Node would answer with an empty body, and every other 4xx here is a problem. */
const noHost = { status: 400, code: 'no_host', title: 'A request of HTTP/1.1 needs a Host header' }
const badExpectation = { status: 417, code: 'bad_expectation', title: 'Only Expect: 100-continue can be met' }
const noTunnel = { status: 405, code: 'method_not_allowed', title: 'This is no proxy', headers: { Allow: 'GET, POST' } }
/** How long requests in flight may take after `stop()`. */
const DRAIN_MS = 10_000

export interface HttpServer {
  /** Resolves once it listens; rejects with a sentence that names the port where it cannot. */
  start(): Promise<void>
  /** Takes no new connections, answers what it has with `Connection: close`, cuts what is left after ten seconds. */
  stop(): Promise<void>
  /** `http://127.0.0.1:port` or https, with the port that was taken. */
  url(): string
  port(): number
  /** Open connections, of requests and idle ones. */
  connections(): Promise<number>
  /** Serves new connections with renewed certificates. */
  updateTls(tls: ServerTls): void
  /** From now on so many connections may be open; those that are stay. */
  limitConnections(most: number): void
}

/** A server with limits on time, size and number for everything that a client decides. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { handler, port, host = '0.0.0.0', tls, maxConnections = 10_000, isShared = () => false } = options
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  let stopping: Promise<void> | undefined

  const settings: ServerOptions = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    // How often the two limits above are looked at; they may be exceeded by that much.
    connectionsCheckingInterval: Math.min(1_000, timeouts.headersMs),
    // Refused below: Node's own refusal has no body.
    requireHostHeader: false,
  }

  const listener = oneByOne((request, response) => {
    // An upgrade is offered, never insisted on: it is not taken up. Node's parser throws away what it has read beyond the
    // body of such a request, and with it the next one, which would wait for its answer in vain.
    const isLast = stopping !== undefined || request.headers.upgrade !== undefined
    if (isLast) response.setHeader('Connection', 'close')
    noteRequest(request, response)
    // A body that nobody has read, as that of a GET: Node would read and forget it for as long as it lasts.
    response.once('finish', () => {
      if (!request.complete) drainRequest(request, timeouts.headersMs)
    })
    response.once('close', () => {
      // Whoever was being served when the stop came may be idle now.
      if (stopping) server.closeIdleConnections()
    })
    if (request.headers.host === undefined && request.httpVersion === '1.1') sendProblem(response, noHost)
    else handler(request, response)
  })

  // A handshake is what comes before the headers, and held to the same time: Node's own limit is two minutes.
  const handshake = { handshakeTimeout: timeouts.headersMs }
  const server: Server | TlsServer = tls
    ? createTlsServer({ ...settings, ...handshake, ...secureContext(tls) }, listener)
    : createServer(settings, listener)
  server.maxConnections = maxConnections
  const noteRequest = shareConnections(server, { most: () => server.maxConnections, isShared })
  server.on('clientError', answerClientError)
  server.on('checkContinue', (request, response) => {
    continueOnceRead(request, response)
    listener(request, response)
  })
  server.on('checkExpectation', (_request, response) => sendProblem(response, badExpectation))
  server.on('connect', (_request, socket) => refuseOnSocket(socket, noTunnel))

  async function start(): Promise<void> {
    server.listen(port, host)
    await once(server, 'listening').catch((error: unknown) => {
      throw new Error(listenProblem(error, port, host), { cause: error })
    })
    // A handshake or a socket that fails is the client's matter, not the server's.
    server.on('error', () => undefined)
  }

  async function close(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    await closed
    clearTimeout(cut)
  }

  function boundPort(): number {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return address.port
  }

  return {
    start,
    stop: () => (stopping ??= close()),
    port: boundPort,
    connections: () => promisify(server.getConnections.bind(server))(),
    url: () => `${tls ? 'https' : 'http'}://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${boundPort()}`,
    updateTls: (next) => {
      if (server instanceof TlsServer) server.setSecureContext(secureContext(next))
    },
    limitConnections: (most) => {
      server.maxConnections = most
    },
  }
}

function secureContext({ cert, key, clientCa }: ServerTls) {
  return {
    cert,
    key: typeof key === 'string' ? key : key.reveal(),
    minVersion: 'TLSv1.2' as const,
    ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  }
}

/** The client is told to send its body when somebody reads it: one that is refused by its headers need not send it at all. */
function continueOnceRead(request: IncomingMessage, response: ServerResponse): void {
  request.on('newListener', function onReader(event) {
    if (event !== 'data' && event !== 'readable') return
    request.off('newListener', onReader)
    if (!response.headersSent) response.writeContinue()
  })
}

/** What is not HTTP, too slow or too large in its headers is told so, where the connection can still carry an answer. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  else refuseOnSocket(socket, clientErrors[error.code ?? ''] ?? notHttp)
}

function listenProblem(error: unknown, port: number, host: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'EADDRINUSE')
    return `port ${port} is taken: stop what listens there, or set another by PORT (ADMIN_PORT for health and metrics)`
  if (code === 'EACCES') return `port ${port} may not be used by this user: set another by PORT`
  return `cannot listen on ${host}:${port} (${code})`
}
