import { createHash } from 'node:crypto'
import type { Media, MediaFetch } from '../store/entities.ts'
import type { Answer, Requester } from '../wire/http-request.ts'
import { agrees, bareType, isAllowedType, mediaRules, sniffType } from './media-rules.ts'

/** What came of a media item: its bytes, or the error that the delivery report will carry. */
export type MediaOutcome = { fetches: MediaFetch[] } & (
  | { ok: true; contentType: string; size: number; sha256: string; bytes: Buffer | undefined }
  | { ok: false; errorId: 7013 | 7014 | 7015 | 7022 }
)

export interface FetchOptions {
  timeoutMs: number
  keepBytes: number
  now: () => number
  http: Requester
}

/** Enough for every signature that `sniffType` knows. */
const HEAD_BYTES = 16

/**
 * Fetches a media item as Infobip does: the same URL twice, first HEAD, then GET, without following a redirect.
 * 7013: the host does not give it; 7014: it breaks off; 7015: type or length missing, wrong or too large; 7022: a type that WhatsApp does not take.
 */
export async function fetchMedia(media: Media, options: FetchOptions): Promise<MediaOutcome> {
  const fetches: MediaFetch[] = []
  const refuse = ({ errorId, problem }: Refusal): MediaOutcome => {
    const last = fetches.at(-1)
    if (last !== undefined) last.problem ??= problem
    return { ok: false, errorId, fetches }
  }

  const head = await attempt('HEAD', media.url, options)
  fetches.push(head.fetch)
  const announced = readHead(head.answer, media.kind)
  if ('errorId' in announced) return refuse(announced)

  const get = await attempt('GET', media.url, options)
  fetches.push(get.fetch)
  const refusal = judgeGet(get, announced)
  if (refusal !== undefined) return refuse(refusal)
  return {
    ok: true,
    fetches,
    contentType: announced.type,
    size: get.size,
    sha256: get.sha256,
    bytes: get.answer?.complete === true ? get.answer.body : undefined,
  }
}

interface Refusal {
  errorId: 7013 | 7014 | 7015 | 7022
  problem: string
}

/** What a HEAD promises. */
interface Announced {
  type: string
  length: number
}

function readHead(answer: Answer | undefined, kind: Media['kind']): Announced | Refusal {
  if (answer === undefined) return { errorId: 7013, problem: 'no answer' }
  if (answer.status !== 200) return { errorId: 7013, problem: `HEAD answered ${answer.status}, not 200` }
  const { 'content-type': type, 'content-length': length } = answer.headers
  if (type === undefined) return { errorId: 7015, problem: 'HEAD gave no Content-Type' }
  if (length === undefined || !/^\d+$/.test(length)) return { errorId: 7015, problem: 'HEAD gave no Content-Length' }
  if (!isAllowedType(kind, type)) return { errorId: 7022, problem: `${type} is no ${kind} for WhatsApp` }
  const { maxBytes } = mediaRules[kind]
  if (Number(length) > maxBytes)
    return { errorId: 7015, problem: `${length} bytes are more than the ${maxBytes} of a ${kind}` }
  return { type, length: Number(length) }
}

function judgeGet({ answer, started, size, head }: Attempt, { type, length }: Announced): Refusal | undefined {
  if (answer === undefined) return { errorId: started ? 7014 : 7013, problem: 'the connection broke' }
  if (answer.status !== 200) return { errorId: 7013, problem: `GET answered ${answer.status}, not 200` }
  if (size < length) return { errorId: 7014, problem: `GET gave ${size} bytes of the ${length} that HEAD announced` }
  if (size > length) return { errorId: 7015, problem: `GET gave ${size} bytes, HEAD announced ${length}` }
  const gotType = answer.headers['content-type'] ?? ''
  if (bareType(gotType) !== bareType(type))
    return { errorId: 7015, problem: `HEAD said ${type}, GET says ${gotType || 'nothing'}` }
  const found = sniffType(head)
  if (found !== undefined && !agrees(type, found))
    return { errorId: 7015, problem: `the bytes are ${found}, not ${type}` }
  return undefined
}

interface Attempt {
  fetch: MediaFetch
  answer: Answer | undefined
  started: boolean
  size: number
  sha256: string
  head: Buffer
}

async function attempt(method: 'HEAD' | 'GET', url: string, options: FetchOptions): Promise<Attempt> {
  const fetch: MediaFetch = { method, url, at: options.now(), durationMs: 0 }
  const started = performance.now()
  const hash = createHash('sha256')
  let size = 0
  let head: Buffer = Buffer.alloc(0)
  let answer: Answer | undefined
  try {
    answer = await options.http.send(url, {
      method,
      timeoutMs: options.timeoutMs,
      keepBytes: options.keepBytes,
      headers: { 'user-agent': 'infobip-emulator' },
      onBytes(bytes) {
        if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes]).subarray(0, HEAD_BYTES)
        hash.update(bytes)
        size += bytes.length
      },
    })
    fetch.status = answer.status
    fetch.headers = answer.headers
  } catch (error) {
    fetch.problem = error instanceof Error ? error.message || error.name : String(error)
  }
  fetch.durationMs = Math.round(performance.now() - started)
  const sha256 = hash.digest('hex')
  if (method === 'GET') {
    fetch.bytes = size
    fetch.sha256 = sha256
  }
  return { fetch, answer, started: size > 0, size, sha256, head }
}
