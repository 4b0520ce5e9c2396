import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { TransportResult } from './exchange.ts'

type Answer = Extract<TransportResult, { kind: 'response' }>

const decoders = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
])
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The answer with its body as it was meant: something on the way may compress although `identity` was asked for, and some
 * begin with a byte order mark, which RFC 8259 lets a reader skip. What cannot be decoded within the limit stays as it is.
 */
export function decodeBody(answer: Answer, maxBytes: number): Answer {
  if (answer.truncated || answer.body.length === 0) return answer
  const header = answer.headers['content-encoding']
  const decode = decoders.get((Array.isArray(header) ? header.join() : (header ?? '')).trim().toLowerCase())
  if (decode === undefined) return { ...answer, body: withoutMark(answer.body) }
  try {
    return { ...answer, body: withoutMark(decode(answer.body, { maxOutputLength: maxBytes })) }
  } catch {
    return answer
  }
}

function withoutMark(body: Buffer): Buffer {
  return body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? body.subarray(BYTE_ORDER_MARK.length) : body
}
