import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Transform } from 'node:stream'
import type { Readable, TransformCallback } from 'node:stream'
import got from 'got'
import { createAddressPolicy, guardedLookup, isPublicAddress } from '@imchannel/ssrf-guard'
import { createConnectionPool } from './connection-pool.ts'
import { ExchangeFailure } from './exchange.ts'
import { objectionToMediaUrl } from './inbound-media-url.ts'

export interface OpenMediaOptions {
  method: 'GET' | 'HEAD'
  /** Business number that the customer wrote to, digits: of the account's own URLs only those of its media may be opened. */
  sender: string
  /** More than this ends the stream with an error, and a declared length over it is `too-large` at once. */
  maxBytes: number
  /** Further hosts whose URLs may be opened, with the key. */
  mediaHosts?: readonly string[]
  /** How long the answer's head, and later each piece of its body, may take: default 20 s. */
  idleMs?: number
  signal?: AbortSignal
}

export type MediaResult =
  /** The stream must be read or destroyed; for HEAD it is empty. */
  | { kind: 'found'; contentType: string | undefined; contentLength: number | undefined; body: Readable }
  /** 404 and 410: Infobip keeps a media item for seven days. */
  | { kind: 'gone' }
  | { kind: 'too-large'; contentLength: number }
  /** The URL may not be opened: not https, no media of the sender, an address of the inner network. */
  | { kind: 'forbidden-url'; reason: string }
  | { kind: 'throttled' }
  | { kind: 'refused'; status: number }
  | { kind: 'unreachable'; cause: ExchangeFailure }

interface StorageQuota {
  /** Origin and path prefix of the account. */
  base: string
  authorization(): string
  connectMs: number
  userAgent: string
}

export interface MediaOpener {
  open(url: string, options: OpenMediaOptions): Promise<MediaResult>
  close(): void
}

const MAX_REDIRECTS = 3
const DEFAULT_IDLE_MS = 20_000
// Infobip takes 15 of these requests a second: there is never much to keep.
const pool = { idleMs: 4_000, maxIdle: 15 }

/**
 * Opens customers' media at Infobip. Redirects (to its CDN) are followed by hand and without the key. A URL comes from a
 * webhook and is not trusted: only the sender's media, only https, and no address of the inner network, unless the account
 * itself is there (an emulator).
 */
export function createMediaOpener(account: StorageQuota): MediaOpener {
  const base = new URL(account.base)
  const isInner = isInnerHost(base)
  const connections = createConnectionPool(pool)
  const client = got.extend({
    agent: connections.agents,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    headers: { 'user-agent': account.userAgent, 'accept-encoding': 'identity' },
    ...(isInner ? {} : { dnsLookup: guardedLookup(createAddressPolicy({})) }),
  })

  const objection = (url: URL): string | undefined => {
    if (url.protocol !== 'https:' && url.origin !== base.origin) return 'it is not an https URL'
    if (url.username !== '' || url.password !== '') return 'it holds credentials'
    const host = unbracket(url.hostname)
    return !isInner && isIP(host) !== 0 && !isPublicAddress(host)
      ? 'it names an address of the inner network'
      : undefined
  }

  const open = async (text: string, options: OpenMediaOptions): Promise<MediaResult> => {
    let url = URL.parse(text)
    if (url === null) return { kind: 'forbidden-url', reason: 'it is not a URL' }
    const { sender, mediaHosts = [] } = options
    const foreign = objectionToMediaUrl(url, { baseUrl: account.base, sender, mediaHosts })
    if (foreign !== undefined) return { kind: 'forbidden-url', reason: foreign }
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const problem = objection(url)
      if (problem !== undefined) return { kind: 'forbidden-url', reason: problem }
      const answer = await request(client, url, {
        ...options,
        connectMs: account.connectMs,
        authorization: hop === 0 ? account.authorization() : undefined,
      })
      if (answer.kind !== 'redirect') return answer
      const next = URL.parse(answer.location, url.href)
      if (next === null) return { kind: 'refused', status: answer.status }
      url = next
    }
    return { kind: 'refused', status: 310 }
  }
  return { open, close: () => connections.close() }
}

type Answer = MediaResult | { kind: 'redirect'; status: number; location: string }

interface RequestOptions extends OpenMediaOptions {
  connectMs: number
  authorization: string | undefined
}

function request(client: typeof got, url: URL, options: RequestOptions): Promise<Answer> {
  const { method, connectMs, idleMs = DEFAULT_IDLE_MS, authorization, signal } = options
  return new Promise((resolve) => {
    const stream = client.stream(url, {
      method,
      headers: authorization === undefined ? {} : { authorization },
      ...(signal === undefined ? {} : { signal }),
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, response: idleMs, socket: idleMs },
    })
    const fail = (error: Error & { code?: string }): void => {
      resolve({ kind: 'unreachable', cause: new ExchangeFailure(error.code ?? error.name, error.message) })
    }
    stream.once('error', fail)
    stream.once('response', (response: IncomingMessage) => {
      const answer = readHead(response, options.maxBytes)
      if (answer !== undefined) {
        resolve(answer)
        stream.destroy()
        return
      }
      const body = new ByteCap(options.maxBytes)
      // It may fail before its reader is there, who is then told by the destroyed stream.
      body.on('error', () => undefined)
      // Not `pipeline`: got destroys its stream with errors of its own after the end, which are none for the reader.
      stream.on('error', (error: Error & { code?: string }) =>
        body.destroy(new ExchangeFailure(error.code ?? error.name, error.message)),
      )
      body.once('close', () => stream.destroy())
      stream.pipe(body)
      resolve({ kind: 'found', contentType: response.headers['content-type'], contentLength: lengthOf(response), body })
    })
  })
}

/** Undefined where the body is the media. */
function readHead(response: IncomingMessage, maxBytes: number): Answer | undefined {
  const status = response.statusCode ?? 0
  const { location } = response.headers
  if (status === 200) {
    const contentLength = lengthOf(response)
    return contentLength !== undefined && contentLength > maxBytes ? { kind: 'too-large', contentLength } : undefined
  }
  if (status >= 300 && status < 400 && location !== undefined) return { kind: 'redirect', status, location }
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status === 429) return { kind: 'throttled' }
  return { kind: 'refused', status }
}

function lengthOf(response: IncomingMessage): number | undefined {
  const header = response.headers['content-length']
  return header !== undefined && /^\d+$/u.test(header) ? Number(header) : undefined
}

class ByteCap extends Transform {
  #left: number

  constructor(maxBytes: number) {
    super()
    this.#left = maxBytes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#left -= chunk.length
    if (this.#left < 0) done(new ExchangeFailure('TOO_LARGE', 'the media is larger than the limit'))
    else done(null, chunk)
  }
}

function unbracket(hostname: string): string {
  return hostname.replace(/^\[|\]$/gu, '')
}

function isInnerHost({ hostname }: URL): boolean {
  const host = unbracket(hostname)
  return isIP(host) === 0 ? host === 'localhost' || !host.includes('.') : !isPublicAddress(host)
}
