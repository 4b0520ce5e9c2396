import type { IncomingMessage } from 'node:http'
import type { HeaderVerdict } from '../auth/authenticate.ts'
import type { ProblemCode } from '../errors.ts'
import type { ByteBudget } from './byte-budget.ts'
import { encodingOf, isJsonType } from './content-headers.ts'
import { decodeBody } from './decode-body.ts'
import { readBody } from './read-body.ts'

export interface ReceiveOptions {
  readonly verdict: Exclude<HeaderVerdict, { outcome: 'refused' }>
  readonly limitBytes: number
  /** For bodies of senders that are known. */
  readonly known: ByteBudget
  /** For bodies that have yet to tell whose they are. */
  readonly unknown: ByteBudget
}

export type Received =
  /** `release` gives back the room that the body takes. */
  | { readonly outcome: 'received'; readonly bytes: Buffer; readonly release: () => void }
  | { readonly outcome: 'refused'; readonly reasons: readonly string[] }
  | { readonly outcome: 'problem'; readonly code: ProblemCode }
  | { readonly outcome: 'cut' }

/**
 * Reads a webhook's body: credentials, then content type, then size, in that order also where only the body can tell the
 * credentials.
 */
export async function receiveBody(request: IncomingMessage, options: ReceiveOptions): Promise<Received> {
  const { verdict, limitBytes, known, unknown } = options
  const needsBody = verdict.outcome === 'needsBody'
  const encoding = encodingOf(request.headers)
  const typeProblem = !isJsonType(request.headers)
    ? 'unsupported_type'
    : encoding === undefined
      ? 'unsupported_encoding'
      : undefined
  if (!needsBody && typeProblem !== undefined) return { outcome: 'problem', code: typeProblem }

  const budget = needsBody ? unknown : known
  const reading = await readBody(request, { limitBytes, budget })
  switch (reading.outcome) {
    case 'cut':
      return { outcome: 'cut' }
    case 'tooLarge':
      return { outcome: 'problem', code: 'too_large' }
    case 'noRoom':
      return { outcome: 'problem', code: needsBody ? 'no_room' : 'overloaded' }
    case 'read':
      break
  }

  // What most are: its room is that of known senders already.
  if (!needsBody && encoding === 'identity') {
    return { outcome: 'received', bytes: reading.bytes, release: () => budget.give(reading.held) }
  }
  let held = { budget, bytes: reading.held }
  const release = (): void => {
    held.budget.give(held.bytes)
    held = { budget, bytes: 0 }
  }
  const fail = (received: Exclude<Received, { outcome: 'received' }>): Received => {
    release()
    return received
  }

  const decoding =
    encoding === undefined || encoding === 'identity'
      ? undefined
      : await decodeBody(reading.bytes, encoding, limitBytes)
  const decoded = encoding === 'identity' ? reading.bytes : decoding?.outcome === 'decoded' ? decoding.bytes : undefined
  if (verdict.outcome === 'needsBody') {
    // Whether a signature is over the compressed bytes or what they hold is nowhere said; either proves the sender.
    const bodies = decoded === undefined || decoded === reading.bytes ? [reading.bytes] : [reading.bytes, decoded]
    const judged = verdict.checkBody(bodies)
    if (judged.outcome === 'refused') return fail(judged)
    if (typeProblem !== undefined) return fail({ outcome: 'problem', code: typeProblem })
  }
  if (decoding?.outcome === 'tooLarge') return fail({ outcome: 'problem', code: 'too_large' })
  if (decoded === undefined) return fail({ outcome: 'problem', code: 'undecodable' })

  // From here on it waits with those of known senders, at its full size.
  release()
  if (!known.take(decoded.length)) return { outcome: 'problem', code: 'overloaded' }
  held = { budget: known, bytes: decoded.length }
  return { outcome: 'received', bytes: decoded, release }
}
