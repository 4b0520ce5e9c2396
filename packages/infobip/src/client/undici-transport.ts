import { Pool } from 'undici'
import { Connection } from './connection.ts'
import type { TlsSessions } from './connect.ts'
import { ExchangeHandler } from './exchange-handler.ts'
import type { Transport, TransportRequest, TransportResult } from './exchange.ts'

export interface UndiciTransportOptions {
  origin: string
  /** Lookup, connect and TLS, each. */
  connectMs: number
  /** How long an unused connection is kept. It must be below the server's own limit, or a request meets a closed socket. */
  idleMs?: number
  /** Between two pieces of an answer that has begun. */
  bodyIdleMs?: number
  /** Requests beyond wait for a connection, within their own limit. */
  maxConnections?: number
}

/** Infobip publishes no idle limit. Common servers close after 5 s (Node) to 75 s (nginx): 4 s is below all of them. */
const IDLE_MS = 4_000
/** A server's own hint wins where it is shorter, less this much for the way. */
const IDLE_MARGIN_MS = 1_000
/** As many as the dispatcher has requests open an account (`MOST_OPEN_REQUESTS` and indicators), with its questions. */
const MAX_CONNECTIONS = 320
/** Half of an exchange. The request has arrived by then: nothing is to be taken back, an orderly close does. */
const BODY_IDLE_MS = 10_000

/**
 * HTTP/1 over undici's Pool: no redirect, proxy, cookie or decompression. Nothing is sent twice: undici keeps a request of
 * which no byte was written when its idle connection closes, and gives it the next one.
 */
export function createUndiciTransport(options: UndiciTransportOptions): Transport {
  const { origin, connectMs, idleMs = IDLE_MS, bodyIdleMs = BODY_IDLE_MS, maxConnections = MAX_CONNECTIONS } = options
  const sessions: TlsSessions = { last: undefined }
  const pool = new Pool(origin, {
    connections: maxConnections,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
    // The head has the limit of the whole exchange, which resets: undici's own would close in order.
    headersTimeout: 0,
    bodyTimeout: bodyIdleMs,
    factory: (url, clientOptions) => new Connection(url, { ...clientOptions, phaseMs: connectMs, sessions }),
  })
  const exchange = (request: TransportRequest): Promise<TransportResult> => {
    const { method, url, headers, body } = request
    return new Promise((settle) => {
      const handler = new ExchangeHandler(request, settle)
      if (handler.isSettled) return
      pool.dispatch({ method, path: url.slice(origin.length), headers, body: body ?? null }, handler)
    })
  }
  let closing: Promise<void> | undefined
  return { exchange, close: () => (closing ??= pool.close()) }
}
