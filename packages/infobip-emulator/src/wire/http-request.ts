import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: Buffer
  /** The connection ended before the announced length, or the body went on beyond what is kept. */
  complete: boolean
}

export interface OutgoingRequest {
  method: string
  headers?: Record<string, string>
  body?: string
  timeoutMs: number
  /** Bytes of the answer that are kept; the rest is read and let go. */
  keepBytes: number
  /** Sees every byte, also those that are not kept. */
  onBytes?(bytes: Buffer): void
  signal?: AbortSignal
}

/** Sends HTTP requests over connections of its own. */
export interface Requester {
  /**
   * One request; follows no redirect and adds no header of its own, above all no trace header.
   * Rejects on a broken connection or the time limit.
   */
  send(url: string, options: OutgoingRequest): Promise<Answer>
  close(): void
}

export function createRequester(): Requester {
  const http = new HttpAgent({ keepAlive: true, maxSockets: 256 })
  const https = new HttpsAgent({ keepAlive: true, maxSockets: 256 })
  return {
    send: (url, options) => {
      const target = new URL(url)
      return sendRequest(target, options, target.protocol === 'https:' ? https : http)
    },
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

function sendRequest(target: URL, options: OutgoingRequest, agent: HttpAgent): Promise<Answer> {
  const request = agent instanceof HttpsAgent ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = request(target, {
      method: options.method,
      agent,
      headers: {
        ...(options.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(options.body)) }),
        ...options.headers,
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const limit = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    )
    const settle = (action: () => void): void => {
      clearTimeout(limit)
      action()
    }
    outgoing.on('error', (error) => settle(() => reject(error)))
    outgoing.on('response', (response) => {
      readAnswer(response, options).then(
        (answer) => settle(() => resolve(answer)),
        (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
      )
    })
    outgoing.end(options.body)
  })
}

function readAnswer(response: IncomingMessage, options: OutgoingRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      options.onBytes?.(chunk)
      if (size + chunk.length <= options.keepBytes) kept.push(chunk)
      size += chunk.length
    })
    response.on('error', reject)
    response.on('close', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: plainHeaders(response.headers),
        body: Buffer.concat(kept),
        complete: response.complete && size <= options.keepBytes,
      }),
    )
  })
}

export function plainHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}
