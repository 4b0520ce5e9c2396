import type { IncomingMessage } from 'node:http'
import { networkOf } from '@imchannel/http'
import type { Door } from '../admission/door.ts'
import { SMALL_BODY_BYTES } from '../admission/strangers.ts'
import type { BodyVerdict, HeaderVerdict, SenderRefused } from '../auth/authenticate.ts'
import type { ProblemCode } from '../errors.ts'
import type { ContentEncoding } from './content-headers.ts'
import { inspectBody } from './decode-body.ts'
import { readBody } from './read-body.ts'

export interface IdentifyOptions {
  readonly verdict: Extract<HeaderVerdict, { outcome: 'needsBody' }>
  readonly tenant: string
  readonly address: string
  readonly limitBytes: number
  readonly encoding: ContentEncoding | undefined
  readonly door: Door
}

export type Identified =
  /** The bytes as they came. */
  | { readonly outcome: 'known'; readonly bytes: Buffer }
  | SenderRefused
  | { readonly outcome: 'problem'; readonly code: ProblemCode }
  | { readonly outcome: 'cut' }

/** A line of half a megabit a second. */
const LEAST_BYTES_PER_S = 64 * 1024

const codes = {
  tooLarge: 'too_large',
  noRoom: 'no_room',
  tooManyChunks: 'too_many_chunks',
  tooSlow: 'too_slow',
} as const

/**
 * Reads the body of a sender that is not known before its signature is checked. What that costs is bounded for each address: room,
 * time, and what is decompressed.
 */
export async function identifySender(request: IncomingMessage, options: IdentifyOptions): Promise<Identified> {
  const { verdict, tenant, address, encoding, door } = options
  // Behind a proxy that is not known as one, senders that mean well share the address: their small bodies are still looked at.
  const isSuspect = !door.failedAuth.allows(address)
  const limitBytes = isSuspect ? Math.min(SMALL_BODY_BYTES, options.limitBytes) : options.limitBytes
  const network = networkOf(address)
  const account = door.strangers.open({ network, tenant })
  try {
    const reading = await readBody(request, {
      limitBytes,
      take: (more) => account.take(more),
      leastBytesPerS: LEAST_BYTES_PER_S,
    })
    if (reading.outcome === 'cut') return { outcome: 'cut' }
    if (reading.outcome === 'tooLarge' && isSuspect) return { outcome: 'problem', code: 'too_many_failures' }
    if (reading.outcome !== 'read') return { outcome: 'problem', code: codes[reading.outcome] }
    const { bytes } = reading

    const judge = verdict.beginCheck()
    judge.update(bytes)
    const asSent = judge.end()
    if (asSent.outcome === 'accepted') return { outcome: 'known', bytes }
    if (encoding === undefined || encoding === 'identity' || isSuspect) return asSent
    // Whether a signature is over the compressed bytes or what they hold is nowhere said; either proves the sender.
    const inside = await door.inspecting.run(network, async (): Promise<BodyVerdict> => {
      const unpacked = verdict.beginCheck()
      const isWhole = await inspectBody(bytes, { encoding, limitBytes }, (piece) => unpacked.update(piece))
      return isWhole ? unpacked.end() : asSent
    })
    if (inside === undefined) return { outcome: 'problem', code: 'no_room' }
    return inside.outcome === 'accepted' ? { outcome: 'known', bytes } : inside
  } finally {
    account.close()
  }
}
