import type { WebhookAuth } from '@imchannel/config'
import { isInRange } from '@imchannel/http'
import { accepted, type AuthFailure, type AuthRequest, type AuthVerdict, refused } from './auth-request.ts'
import { checkBasic } from './check-basic.ts'
import { checkBearer } from './check-bearer.ts'
import { checkHeader } from './check-header.ts'
import { checkHmac, readHmacClaim } from './check-hmac.ts'

/** What the headers decide: known, unknown, or only the body will tell. */
export type HeaderVerdict =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly reasons: readonly string[] }
  | {
      readonly outcome: 'needsBody'
      /** Given the body in each form that the signature may be over, says whether one way is satisfied. */
      readonly checkBody: (bodies: readonly Uint8Array[]) => BodyVerdict
    }

export type BodyVerdict =
  { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly reasons: readonly string[] }

type BodyCheck = (body: Uint8Array) => AuthVerdict

/** Any one of the ways suffices; those that need no body are tried first. Nothing is let in that no way lets in. */
export async function authenticate(ways: readonly WebhookAuth[], request: AuthRequest): Promise<HeaderVerdict> {
  const reasons: string[] = []
  const bodyChecks: { type: string; check: BodyCheck }[] = []
  for (const way of ways) {
    const told = checkHeaders(way, request)
    const verdict = told instanceof Promise ? await told : told
    if (typeof verdict === 'function') bodyChecks.push({ type: way.type, check: verdict })
    else if (verdict.ok) return { outcome: 'accepted' }
    else reasons.push(reasonText(way.type, verdict.reason))
  }
  if (bodyChecks.length === 0) return { outcome: 'refused', reasons }
  return {
    outcome: 'needsBody',
    checkBody: (bodies) => {
      const failures = [...reasons]
      for (const { type, check } of bodyChecks) {
        for (const body of bodies) {
          const verdict = check(body)
          if (verdict.ok) return { outcome: 'accepted' }
          failures.push(reasonText(type, verdict.reason))
        }
      }
      return { outcome: 'refused', reasons: failures }
    },
  }
}

/** Only an issuer's keys have to be waited for. */
function checkHeaders(way: WebhookAuth, request: AuthRequest): AuthVerdict | BodyCheck | Promise<AuthVerdict> {
  if (way.addresses !== undefined && !isInRange(request.address, way.addresses)) return refused('address_not_allowed')
  switch (way.type) {
    case 'basic':
      return checkBasic(way, request)
    case 'bearer':
      return checkBearer(way, request)
    case 'header':
      return checkHeader(way, request)
    case 'none':
      return accepted
    case 'hmac': {
      const claim = readHmacClaim(way, request)
      return claim.ok ? (body) => checkHmac(way, claim, body) : refused(claim.reason)
    }
  }
}

function reasonText(type: string, reason: AuthFailure): string {
  return `${type}: ${reason.replaceAll('_', ' ')}`
}
