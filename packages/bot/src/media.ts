import type { Readable } from 'node:stream'
import { maxInlineMediaBytes, type MediaRef } from '@imchannel/events'
import { fileTypeFromBuffer } from 'file-type'
import { InvalidReply, messageOf } from './errors.ts'

/** Bytes, an http(s) URL that Infobip can fetch, a stream of bytes, or a reference as commands have it (`{ id }` of an upload). */
export type MediaSource = Uint8Array | URL | string | Readable | ReadableStream<Uint8Array> | MediaRef

/** Where media are uploaded that are too large to travel in a command. */
export interface MediaServer {
  /** `http://127.0.0.1:3003`: the media-server's own address, as the bot reaches it. */
  readonly url: string
  /** One of the tenant's `mediaTokens`. */
  readonly token: string
}

export interface MediaFacts {
  readonly tenant: string
  readonly kind: 'image' | 'document' | 'audio' | 'video' | 'sticker'
  /** Told from the bytes unless given. */
  readonly contentType?: string | undefined
  readonly filename?: string | undefined
  readonly signal?: AbortSignal
}

const UPLOAD_MS = 60_000

/**
 * A media item as a command names it. Small bytes go along in the command, larger ones and streams to the media-server.
 * @throws InvalidReply when they are too large and there is none, when the type cannot be told, or with the media-server's refusal
 */
export async function toMediaRef(
  source: MediaSource,
  facts: MediaFacts,
  server: MediaServer | undefined,
): Promise<MediaRef> {
  if (typeof source === 'string' || source instanceof URL) return { url: urlOf(source) }
  if (source instanceof Uint8Array) {
    if (source.byteLength === 0) throw new InvalidReply(`the ${facts.kind} has no bytes`)
    if (source.byteLength <= maxInlineMediaBytes) {
      return { base64: Buffer.from(source).toString('base64'), contentType: await typeOf(source, facts) }
    }
    const body = new Blob([Buffer.from(source)])
    return upload(body, { ...facts, contentType: await typeOf(source, facts) }, serverFor(source.byteLength, server))
  }
  if (!isStream(source)) return source
  return upload(ReadableStream.from<Uint8Array>(source), facts, serverFor('stream', server))
}

function urlOf(source: string | URL): string {
  const url = String(source)
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url
  throw new InvalidReply(`"${url.slice(0, 100)}" is no http(s) URL: give one that Infobip can fetch, or the bytes`)
}

async function typeOf(bytes: Uint8Array, { contentType, kind }: MediaFacts): Promise<string> {
  const type = contentType ?? (await fileTypeFromBuffer(bytes))?.mime
  if (type === undefined)
    throw new InvalidReply(`the type of the ${kind} cannot be told from its bytes: give contentType`)
  return type
}

function serverFor(size: number | 'stream', server: MediaServer | undefined): MediaServer {
  if (server !== undefined) return server
  const what = size === 'stream' ? 'a stream' : `${size} bytes, more than ${maxInlineMediaBytes}`
  throw new InvalidReply(`${what}: this needs the media-server; give createBot({ media: { url, token } }) or a URL`)
}

function isStream(
  source: MediaRef | Readable | ReadableStream<Uint8Array>,
): source is Readable | ReadableStream<Uint8Array> {
  return Symbol.asyncIterator in source
}

/** `POST /{tenant}/imchannel/media`; resolves with the id. */
async function upload(
  body: Blob | ReadableStream<Uint8Array>,
  facts: MediaFacts,
  server: MediaServer,
): Promise<MediaRef> {
  const { tenant, kind, contentType, filename, signal } = facts
  const url = new URL(`${server.url.replace(/\/$/, '')}/${tenant}/imchannel/media`)
  url.searchParams.set('kind', kind)
  if (filename !== undefined) url.searchParams.set('filename', filename)
  const request = {
    method: 'POST',
    body,
    duplex: 'half' as const,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    },
    signal: AbortSignal.any([AbortSignal.timeout(UPLOAD_MS), ...(signal === undefined ? [] : [signal])]),
  }
  const response = await fetch(url, request).catch((error: unknown) => {
    throw new Error(`the media-server at ${url.origin} could not be reached: ${messageOf(error)}`, { cause: error })
  })
  const text = await response.text()
  if (response.status !== 201) {
    const said = `the media-server answered ${response.status}: ${text.slice(0, 500)}`
    // Redis away, or the server at its start: time mends that, and the handler is tried again.
    throw response.status >= 500 ? new Error(said) : new InvalidReply(said)
  }
  const answer: unknown = JSON.parse(text)
  if (typeof answer === 'object' && answer !== null && 'id' in answer && typeof answer.id === 'string')
    return { id: answer.id }
  throw new Error(`the media-server at ${url.origin} gave no id`)
}
