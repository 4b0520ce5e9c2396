import type { WebhookAuth } from '@imchannel/config'
import { isInRange } from '@imchannel/http'
import { accepted, type AuthFailure, type AuthRequest, type AuthVerdict, refused } from './auth-request.ts'
import { checkBasic } from './check-basic.ts'
import { checkBearer } from './check-bearer.ts'
import { checkHeader } from './check-header.ts'
import { type BodyCheck, checkHmac, readHmacClaim } from './check-hmac.ts'

/** Nobody let the sender in. `unavailable`: one way could not tell, since its issuer's keys are away. */
export interface SenderRefused {
  readonly outcome: 'refused' | 'unavailable'
  readonly reasons: readonly string[]
}

export type BodyVerdict = { readonly outcome: 'accepted' } | SenderRefused

/** What the headers decide: known, unknown, or only the body will tell. */
export type HeaderVerdict = BodyVerdict | { readonly outcome: 'needsBody'; readonly beginCheck: () => BodyJudge }

/** Judges a body piece by piece, in the form that it is given in. */
export interface BodyJudge {
  update(bytes: Uint8Array): void
  end(): BodyVerdict
}

/** Any one of the ways suffices; those that need no body are tried first. Nothing is let in that no way lets in. */
export async function authenticate(ways: readonly WebhookAuth[], request: AuthRequest): Promise<HeaderVerdict> {
  const failures: Failure[] = []
  const checks: { type: string; begin: () => BodyCheck }[] = []
  for (const way of ways) {
    const told = checkHeaders(way, request)
    const verdict = told instanceof Promise ? await told : told
    if (typeof verdict === 'function') checks.push({ type: way.type, begin: verdict })
    else if (verdict.ok) return { outcome: 'accepted' }
    else failures.push({ type: way.type, reason: verdict.reason })
  }
  if (checks.length === 0) return refusalOf(failures)
  return {
    outcome: 'needsBody',
    beginCheck: () => {
      const begun = checks.map(({ type, begin }) => ({ type, check: begin() }))
      return {
        update: (bytes) => begun.forEach(({ check }) => check.update(bytes)),
        end: () => {
          const wrong: Failure[] = []
          for (const { type, check } of begun) {
            const verdict = check.end()
            if (verdict.ok) return { outcome: 'accepted' }
            wrong.push({ type, reason: verdict.reason })
          }
          return refusalOf([...failures, ...wrong])
        },
      }
    },
  }
}

interface Failure {
  readonly type: string
  readonly reason: AuthFailure
}

function refusalOf(failures: readonly Failure[]): SenderRefused {
  return {
    outcome: failures.some(({ reason }) => reason === 'keys_unavailable') ? 'unavailable' : 'refused',
    reasons: failures.map(({ type, reason }) => `${type}: ${reason.replaceAll('_', ' ')}`),
  }
}

/** Only an issuer's keys have to be waited for. */
function checkHeaders(way: WebhookAuth, request: AuthRequest): AuthVerdict | (() => BodyCheck) | Promise<AuthVerdict> {
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
      return claim.ok ? () => checkHmac(way, claim) : refused(claim.reason)
    }
  }
}
