import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import got from 'got'
import { createConnectionPool, defaultPool } from './connection-pool.ts'
import type { PoolOptions } from './connection-pool.ts'
import { ExchangeFailure } from './exchange.ts'
import type { Transport, TransportRequest, TransportResult } from './exchange.ts'
import { resetConnection } from './reset-connection.ts'

/**
 * HTTP by got, as a stream: it can be cut at the size cap, and costs less than got's promise (bench/http-client).
 * Retries, redirects, decompression and cookies are off.
 */
export function createGotTransport(pool: PoolOptions = defaultPool): Transport {
  const connections = createConnectionPool(pool)
  const client = got.extend({
    agent: connections.agents,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
  })
  return { exchange: (request) => exchangeOver(client, request), close: () => connections.close() }
}

function exchangeOver(client: typeof got, request: TransportRequest): Promise<TransportResult> {
  const { method, url, headers, body, connectMs, answerMs, maxAnswerBytes, signal } = request
  return new Promise((settle) => {
    let connection: Socket | undefined
    let response: IncomingMessage | undefined
    const chunks: Buffer[] = []
    let size = 0
    const stream = client.stream(url, {
      method,
      headers,
      // A POST stream without a body would wait for one to be written into it.
      ...(body === undefined && method !== 'POST' ? {} : { body: body ?? '' }),
      ...(signal === undefined ? {} : { signal }),
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs },
    })
    const resolve = (result: TransportResult): void => {
      clearTimeout(limit)
      settle(result)
    }
    const fail = (cause: ExchangeFailure): void =>
      resolve({ kind: connection === undefined ? 'not-sent' : 'unknown', cause })
    // Not got's own limit, which would close the connection in order.
    const limit = setTimeout(() => {
      fail(new ExchangeFailure('ETIMEDOUT', `no answer within ${answerMs} ms`))
      if (connection !== undefined) resetConnection(connection)
      stream.destroy()
    }, answerMs)
    const answer = (truncated: boolean): void => {
      if (response === undefined) return
      const { statusCode = 0, headers } = response
      resolve({ kind: 'response', status: statusCode, headers, body: Buffer.concat(chunks), truncated })
    }
    stream.on('request', (sent: ClientRequest) => {
      whenConnected(sent, (socket) => {
        connection = socket
      })
    })
    stream.on('response', (incoming: IncomingMessage) => {
      response = incoming
    })
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(size > maxAnswerBytes ? chunk.subarray(0, chunk.length - (size - maxAnswerBytes)) : chunk)
      if (size <= maxAnswerBytes) return
      answer(true)
      stream.destroy()
    })
    stream.on('end', () => answer(false))
    // After the answer was given (or cut) a late error changes nothing: a promise settles once.
    stream.on('error', (error: Error & { code?: string }) => fail(failureFrom(error)))
    stream.on('close', () => fail(new ExchangeFailure('CLOSED', 'connection closed')))
  })
}

/**
 * Calls back once bytes can leave: a fresh socket holds them back until it is connected, and over TLS until the
 * server's certificate is verified. A reused socket is connected from the start.
 */
function whenConnected(request: ClientRequest, onConnected: (socket: Socket) => void): void {
  request.once('socket', (socket) => {
    const tell = (): void => onConnected(socket)
    if (request.reusedSocket) tell()
    else if (socket instanceof TLSSocket) socket.once('secureConnect', tell)
    else if (socket.connecting) socket.once('connect', tell)
    else tell()
  })
}

/** got's error keeps its options, and with them the key: only its code and sentence go on. */
function failureFrom(error: Error & { code?: string }): ExchangeFailure {
  return new ExchangeFailure(error.code ?? error.name, error.message)
}
