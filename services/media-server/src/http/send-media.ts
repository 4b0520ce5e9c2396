import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendProblem } from '@imchannel/http'
import type { ByteRange, FetchedMedia, MediaStore, MediaItem } from '@imchannel/media-store'
import { matchesEtag } from '../domain/matches-etag.ts'
import { etagOf, mediaHeaders } from '../domain/media-headers.ts'
import { parseRange } from '../domain/parse-range.ts'
import { problem } from '../errors.ts'
import { endBody, writeBody } from './write-body.ts'

/** What became of an answer. */
export interface SentMedia {
  readonly status: number
  /** Bytes of body that were written. */
  readonly bytes: number
  /** Redis's reply to EXPIRE, where it was asked. */
  readonly expireReply?: 0 | 1
  /** What went wrong on the way: Redis failed, or the media vanished. Then the connection is cut. */
  readonly error?: unknown
}

interface SendOptions {
  readonly found: FetchedMedia
  readonly store: MediaStore
}

/** Answers a HEAD or GET of a media item that is there: 200, 206, 304 or 416. A body that cannot be completed is cut off. */
export async function sendMedia(
  request: IncomingMessage,
  response: ServerResponse,
  options: SendOptions,
): Promise<SentMedia> {
  const { media, expireReply, firstChunk } = options.found
  const headers = mediaHeaders(media)
  const { range: wanted, 'if-none-match': ifNoneMatch, 'if-range': ifRange } = request.headers

  if (matchesEtag(ifNoneMatch, etagOf(media))) {
    response.writeHead(304, [...headers])
    response.end()
    giveBack(firstChunk, options)
    return { status: 304, bytes: 0, expireReply }
  }
  const type = ['Content-Type', media.contentType]
  const isHead = request.method === 'HEAD'
  // A range has a meaning for GET alone, and only for the media that the client has the rest of.
  const applies = !isHead && (ifRange === undefined || ifRange === etagOf(media))
  const range = applies ? parseRange(wanted, media.size) : { kind: 'whole' as const }
  switch (range.kind) {
    case 'unsatisfiable':
      sendProblem(
        response,
        problem('range_not_satisfiable', {
          detail: `it has ${media.size} bytes`,
          headers: { 'Content-Range': `bytes */${media.size}` },
        }),
      )
      giveBack(firstChunk, options)
      return { status: 416, bytes: 0, expireReply }
    case 'part': {
      const { start, end } = range
      const part = ['Content-Range', `bytes ${start}-${end}/${media.size}`, 'Content-Length', end - start + 1]
      response.writeHead(206, [...type, ...part, ...headers])
      return sendBody(response, { status: 206, range: { start, end } }, options)
    }
    case 'whole':
      response.writeHead(200, [...type, 'Content-Length', media.size, ...headers])
      if (!isHead && firstChunk?.length !== media.size) {
        return sendBody(response, { status: 200, range: { start: 0, end: media.size - 1 } }, options)
      }
      // A HEAD, or all of a small media item: Redis was told so with the same round trip.
      if (isHead || firstChunk === undefined) response.end()
      else endBody(response, firstChunk, () => giveBack(firstChunk, options))
      return { status: 200, bytes: isHead ? 0 : media.size, expireReply }
  }
}

interface Body {
  readonly status: number
  readonly range: ByteRange
}

async function sendBody(response: ServerResponse, { status, range }: Body, options: SendOptions): Promise<SentMedia> {
  const { found, store } = options
  const { media } = found
  const firstChunk = takeFirst(range, options)
  const length = range.end - range.start + 1
  let bytes = 0
  let touched: Touch | undefined
  try {
    for await (const piece of store.read(media, range, firstChunk)) {
      // Before the last piece, so that whoever has the whole finds the expiry set.
      if (bytes + piece.length === length) touched = await touch(store, media, range.end === media.size - 1)
      if (!(await writeBody(response, piece))) break
      bytes += piece.length
      giveBack(piece, options)
    }
    if (bytes === length) response.end()
    // Whoever left in between gets no longer life for it, but the same expiry once more.
    else touched ??= await touch(store, media, false)
    return { status, bytes, ...touched }
  } catch (error) {
    response.destroy()
    return { status, bytes, ...touched, error }
  }
}

/** The first chunk, where the range begins in it. */
function takeFirst({ start }: ByteRange, options: SendOptions): Buffer | undefined {
  const { firstChunk } = options.found
  if (firstChunk === undefined || start < firstChunk.length) return firstChunk
  giveBack(firstChunk, options)
  return undefined
}

/** Only what is written, or never will be: a connection that broke may leave a piece with the system. */
function giveBack(bytes: Buffer | undefined, { found, store }: SendOptions): void {
  if (bytes !== undefined && !found.isShared) store.giveBack(bytes)
}

type Touch = Pick<SentMedia, 'expireReply' | 'error'>

/** What has been read can still be sent when Redis goes away now. */
async function touch(store: MediaStore, media: MediaItem, complete: boolean): Promise<Touch> {
  try {
    return { expireReply: await store.touch(media, complete) }
  } catch (error) {
    return { error }
  }
}
