import type { IncomingMessage } from 'node:http'
import type { Charset } from '@imchannel/infobip'
import type { Admitted } from '../admission/admission.ts'
import type { Door } from '../admission/door.ts'
import type { HeaderVerdict, SenderRefused } from '../auth/authenticate.ts'
import type { ProblemCode } from '../errors.ts'
import { charsetOf, type ContentEncoding, encodingOf, isJsonType } from './content-headers.ts'
import { decodeBody } from './decode-body.ts'
import { identifySender } from './identify-sender.ts'
import { readBody } from './read-body.ts'

export interface ReceiveOptions {
  readonly verdict: Extract<HeaderVerdict, { outcome: 'accepted' | 'needsBody' }>
  readonly tenant: string
  readonly address: string
  readonly limitBytes: number
  readonly door: Door
}

export type Received =
  | {
      readonly outcome: 'received'
      readonly bytes: Buffer
      readonly charset: Charset
      /** To be left once the webhook is stored, or is not. */
      readonly admitted: Admitted
    }
  | SenderRefused
  | { readonly outcome: 'problem'; readonly code: ProblemCode }
  | { readonly outcome: 'cut' }

type Failed = Exclude<Received, { outcome: 'received' }>

/** A body whose length is not said. */
const USUAL_BYTES = 16 * 1024
/** What compression takes off JSON of webhooks. */
const USUAL_EXPANSION = 8

/**
 * Reads a webhook's body: credentials, then content type, then size, in that order also where only the body can tell the
 * credentials.
 */
export async function receiveBody(request: IncomingMessage, options: ReceiveOptions): Promise<Received> {
  const { verdict, tenant, door } = options
  const content = contentOf(request)
  if (verdict.outcome === 'accepted' && typeof content === 'string') return problem(content)

  // Before anything is read: what cannot be stored in time is refused for what its headers say.
  const entered = door.webhooks.enter(tenant, expectedBytes(request))
  if (entered === undefined) return problem('overloaded')
  if (verdict.outcome === 'accepted') {
    const received = await readKnown(request, options, { admitted: entered, content: content as Content }) // judged above
    if (received.outcome !== 'received') entered.leave(false)
    return received
  }

  // A place in the queue is for those that are known.
  entered.leave(false)
  const sender = await identifySender(request, { ...options, verdict, encoding: encodingOf(request.headers) })
  if (sender.outcome !== 'known') return sender
  if (typeof content === 'string') return problem(content)
  const { bytes } = sender
  const admitted = door.webhooks.enter(tenant, bytes.length)
  if (admitted === undefined) return problem('overloaded')
  const received = admitted.take(bytes.length)
    ? await decodeKnown(bytes, options, { admitted, content })
    : problem('overloaded')
  if (received.outcome !== 'received') admitted.leave(false)
  return received
}

interface Content {
  readonly encoding: ContentEncoding
  readonly charset: Charset
}

function contentOf({ headers }: IncomingMessage): Content | ProblemCode {
  const [encoding, charset] = [encodingOf(headers), charsetOf(headers)]
  if (!isJsonType(headers)) return 'unsupported_type'
  if (charset === undefined) return 'unsupported_charset'
  return encoding === undefined ? 'unsupported_encoding' : { encoding, charset }
}

function expectedBytes({ headers }: IncomingMessage): number {
  const bytes = Number(headers['content-length'] ?? USUAL_BYTES)
  return headers['content-encoding'] === undefined ? bytes : USUAL_EXPANSION * bytes
}

interface Known {
  readonly admitted: Admitted
  readonly content: Content
}

async function readKnown(request: IncomingMessage, options: ReceiveOptions, known: Known): Promise<Received> {
  const reading = await readBody(request, { limitBytes: options.limitBytes, take: (more) => known.admitted.take(more) })
  if (reading.outcome === 'read') return decodeKnown(reading.bytes, options, known)
  if (reading.outcome === 'cut') return { outcome: 'cut' }
  return problem(codes[reading.outcome])
}

const codes = {
  tooLarge: 'too_large',
  noRoom: 'overloaded',
  tooManyChunks: 'too_many_chunks',
  tooSlow: 'too_slow',
} as const

async function decodeKnown(bytes: Buffer, options: ReceiveOptions, known: Known): Promise<Received> {
  const { door, tenant, limitBytes } = options
  const { admitted, content } = known
  const { encoding, charset } = content
  if (encoding === 'identity') return { outcome: 'received', bytes, charset, admitted }

  const decoding = await door.decoding.run(tenant, async () => {
    const room = Math.min(limitBytes, admitted.free())
    const decoded = await decodeBody(bytes, encoding, room)
    return decoded.outcome === 'tooLarge' && room < limitBytes ? undefined : decoded
  })
  if (decoding === undefined) return problem('overloaded')
  if (decoding.outcome !== 'decoded') return problem(decoding.outcome === 'tooLarge' ? 'too_large' : 'undecodable')
  admitted.give(bytes.length)
  if (!admitted.take(decoding.bytes.length)) return problem('overloaded')
  return { outcome: 'received', bytes: decoding.bytes, charset, admitted }
}

function problem(code: ProblemCode): Failed {
  return { outcome: 'problem', code }
}
