import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { createAddressPolicy, ForbiddenAddressError, guardedLookup } from '@imchannel/ssrf-guard'
import type { AddressPolicy, FetchPolicy } from '@imchannel/ssrf-guard'
import { decodePercent, dispositionFilename } from './disposition-filename.ts'

export interface FetchMediaOptions extends FetchPolicy {
  readonly maxBytes: number
  /** For everything: names, connections, redirects and the last byte. */
  readonly timeoutMs: number
  /** For a connection, TLS included; 10 s unless given. */
  readonly connectMs?: number
  /** Takes `http:` URLs too. */
  readonly allowHttp?: boolean
  readonly userAgent?: string
  readonly signal?: AbortSignal
  /** Resolves names; the system's way by default. */
  readonly lookup?: LookupFunction
}

export type FetchedFromUrl =
  | {
      readonly ok: true
      /** Throws {@link MediaFetchError} when it breaks off, is too long or takes too long. Must be read or destroyed. */
      readonly body: AsyncIterable<Uint8Array> & { destroy(): void }
      readonly contentType?: string
      readonly contentLength?: number
      readonly filename?: string
    }
  | { readonly ok: false; readonly reason: MediaFetchReason; readonly detail: string }

export type MediaFetchReason =
  /** Not a URL, not https, with credentials in it, or of a host or address that must not be fetched. */
  | 'forbidden-url'
  /** 4xx: it is not there, or not for us. */
  | 'refused'
  | 'too-large'
  | 'too-many-redirects'
  /** No such host, nobody listens there, or its certificate is not its own: another try may succeed, but mostly none does. */
  | 'absent'
  /** 5xx, 429, broken off or too slow: another try may succeed. */
  | 'unreachable'

/** The bytes of a URL ended before their time. */
export class MediaFetchError extends Error {
  override name = 'MediaFetchError'
  readonly reason: Extract<MediaFetchReason, 'too-large' | 'unreachable'>

  constructor(reason: MediaFetchError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

const MAX_REDIRECTS = 5
const CONNECT_MS = 10_000

/**
 * Opens a URL that somebody gave us and who need not mean well. Every hop is held to the policy: the scheme, the host,
 * and the address at the very moment of connecting, so that a name which answers differently the second time gains
 * nothing. No cookie, no credential, no proxy and no connection of another request is used.
 */
export async function fetchMedia(text: string, options: FetchMediaOptions): Promise<FetchedFromUrl> {
  const deadline = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
  const policy = createAddressPolicy(options)
  let url = URL.parse(text)
  if (url === null) return failed('forbidden-url', 'it is not a URL')
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const objection = objectionTo(url, policy, options)
    if (objection !== undefined) return failed('forbidden-url', objection)
    let response: IncomingMessage
    try {
      response = await open(url, { policy, signal, options })
    } catch (error) {
      return error instanceof ForbiddenAddressError
        ? failed('forbidden-url', error.message)
        : failed(isAbsent(error) ? 'absent' : 'unreachable', reasonOf(error))
    }
    const { statusCode: status = 0, headers } = response
    if (status < 300 || status >= 400 || headers.location === undefined) return read(response, url, options)
    response.destroy()
    url = URL.parse(headers.location, url.href)
    if (url === null) return failed('forbidden-url', 'it redirects to something that is not a URL')
  }
  return failed('too-many-redirects', `it redirects more than ${MAX_REDIRECTS} times`)
}

function objectionTo(url: URL, policy: AddressPolicy, { allowHttp = false }: FetchMediaOptions): string | undefined {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    return `only ${allowHttp ? 'http(s)' : 'https'} URLs are fetched`
  if (url.username !== '' || url.password !== '') return 'it holds credentials'
  const host = hostOf(url)
  // A literal address is connected to without any look-up, so it is judged here.
  return policy.objectionToHost(host) ?? (isIP(host) === 0 ? undefined : policy.objectionToAddress(host, host))
}

interface OpenOptions {
  readonly policy: AddressPolicy
  readonly signal: AbortSignal
  readonly options: FetchMediaOptions
}

async function open(url: URL, { policy, signal, options }: OpenOptions): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const outgoing = request(url, {
    // A connection of its own: one that another request opened was judged by that request's policy.
    agent: false,
    signal,
    minVersion: 'TLSv1.2',
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED changes nothing.
    rejectUnauthorized: true,
    lookup: guardedLookup(policy, options.lookup),
    headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': options.userAgent ?? 'imchannel' },
  })
  // Without it a host that drops what it is sent would take the time of the whole.
  const cut = setTimeout(
    () => outgoing.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })),
    options.connectMs ?? CONNECT_MS,
  )
  const established = url.protocol === 'https:' ? 'secureConnect' : 'connect'
  outgoing.once('socket', (socket) => socket.once(established, () => clearTimeout(cut)))
  outgoing.once('close', () => clearTimeout(cut))
  outgoing.once('response', resolve)
  // Stays for the life of the response: after it this is how a lost connection shows, and the body reports that.
  outgoing.on('error', reject)
  outgoing.end()
  return promise
}

function read(response: IncomingMessage, url: URL, { maxBytes }: FetchMediaOptions): FetchedFromUrl {
  const { statusCode: status = 0, headers } = response
  const length = headers['content-length']
  const contentLength = length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined
  const problem =
    status !== 200
      ? failed(
          status >= 500 || status === 429 || status === 408 ? 'unreachable' : 'refused',
          `it answered with status ${status}`,
        )
      : (contentLength ?? 0) > maxBytes
        ? failed('too-large', `it has ${contentLength} bytes, and ${maxBytes} are the most`)
        : undefined
  if (problem !== undefined) {
    response.destroy()
    return problem
  }
  const filename = filenameOf(headers['content-disposition'], url)
  const contentType = headers['content-type']
  return {
    ok: true,
    body: capped(response, maxBytes),
    ...(contentType !== undefined && { contentType }),
    ...(contentLength !== undefined && { contentLength }),
    ...(filename !== undefined && { filename }),
  }
}

function capped(response: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> & { destroy(): void } {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let bytes = 0
    try {
      for await (const piece of response as AsyncIterable<Buffer>) {
        bytes += piece.length
        if (bytes > maxBytes) throw new MediaFetchError('too-large', `it has more than ${maxBytes} bytes`)
        yield piece
      }
    } catch (error) {
      if (error instanceof MediaFetchError) throw error
      throw new MediaFetchError('unreachable', reasonOf(error), { cause: error })
    } finally {
      response.destroy()
    }
  }
  return { [Symbol.asyncIterator]: pieces, destroy: () => response.destroy() }
}

/** The name that the server gives, else the last part of the path if it looks like a file's. */
function filenameOf(disposition: string | undefined, url: URL): string | undefined {
  const given = dispositionFilename(disposition)
  if (given !== undefined) return given
  const last = decodePercent(url.pathname.split('/').at(-1) ?? '')
  return /\.[a-z0-9]{1,8}$/i.test(last) ? last : undefined
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function failed(reason: MediaFetchReason, detail: string): FetchedFromUrl & { ok: false } {
  return { ok: false, reason, detail }
}

/** Names that no one has, ports that no one listens on, addresses that no one answers at, certificates of others, no HTTP. */
const ABSENT =
  /^(ENOTFOUND|ENODATA|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT|EPROTO|HPE_.*|ERR_(TLS|SSL)_.*|.*CERT.*|UNABLE_TO_.*|HOSTNAME_MISMATCH)$/

function isAbsent(error: unknown): boolean {
  return error instanceof Error && ABSENT.test(String((error as NodeJS.ErrnoException).code)) // `code` is optional there
}

/** An error's kind, and no more: its text may name addresses of the inner network. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'it took too long'
  const { code } = error as NodeJS.ErrnoException // `code` is optional there
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`
}
