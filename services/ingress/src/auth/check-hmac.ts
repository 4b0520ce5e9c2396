import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookAuth } from '@imchannel/config'
import { accepted, type AuthRequest, type AuthVerdict, headerOf, refused } from './auth-request.ts'

type Hmac = Extract<WebhookAuth, { type: 'hmac' }>

/** What the headers alone say: the signature and the timestamp to check the body with, or that there is no use in reading it. */
export type HmacClaim =
  | { readonly ok: true; readonly signatures: readonly Buffer[]; readonly timestamp: string }
  | { readonly ok: false; readonly reason: Extract<AuthVerdict, { ok: false }>['reason'] }

/** Checks a body piece by piece, so that nothing has to be held for it. */
export interface BodyCheck {
  update(bytes: Uint8Array): void
  end(): AuthVerdict
}

const digestBytes = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const

export function readHmacClaim(way: Hmac, { rawHeaders, nowMs }: AuthRequest): HmacClaim {
  const value = headerOf(rawHeaders, way.header)?.trim()
  if (value === undefined || value === '') return { ok: false, reason: 'no_credentials' }
  if (value.slice(0, way.prefix.length).toLowerCase() !== way.prefix.toLowerCase())
    return { ok: false, reason: 'malformed_credentials' }
  const signatures = decode(value.slice(way.prefix.length), way)
  if (signatures.length === 0) return { ok: false, reason: 'malformed_credentials' }
  if (way.scheme === 'body') return { ok: true, signatures, timestamp: '' }

  const timestamp = way.timestampHeader === undefined ? undefined : headerOf(rawHeaders, way.timestampHeader)
  // Digits alone: otherwise bytes could be moved between the timestamp and the body under the same signature.
  if (timestamp === undefined || !/^\d{10,16}$/.test(timestamp)) return { ok: false, reason: 'timestamp_malformed' }
  if (way.maxAge !== undefined && Math.abs(nowMs - toMs(timestamp)) > way.maxAge)
    return { ok: false, reason: 'timestamp_too_old' }
  return { ok: true, signatures, timestamp }
}

/** Over the bytes as they came: JSON written anew has other digits. Every secret is tried. */
export function checkHmac(way: Hmac, claim: Extract<HmacClaim, { ok: true }>): BodyCheck {
  const digests = way.secret.map((secret) => createHmac(way.algorithm, secret.reveal()).update(claim.timestamp))
  return {
    update: (bytes) => digests.forEach((digest) => digest.update(bytes)),
    end: () => {
      const fits = digests.filter((digest) => {
        const expected = digest.digest()
        return claim.signatures.filter((given) => timingSafeEqual(given, expected)).length > 0
      })
      return fits.length > 0 ? accepted : refused('wrong_signature')
    },
  }
}

/** The signature's bytes in each encoding that it can be; only those of the digest's length count. */
function decode(text: string, { encoding, algorithm }: Hmac): Buffer[] {
  const length = digestBytes[algorithm]
  const hex =
    encoding !== 'base64' && /^[0-9a-f]+$/i.test(text) && text.length === length * 2 ? [Buffer.from(text, 'hex')] : []
  const base64 = encoding !== 'hex' && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? [Buffer.from(text, 'base64')] : []
  return [...hex, ...base64].filter((signature) => signature.length === length)
}

/** Seconds until the year 5138, milliseconds from 1973 on. */
function toMs(timestamp: string): number {
  const value = Number(timestamp)
  return value < 1e11 ? value * 1_000 : value
}
