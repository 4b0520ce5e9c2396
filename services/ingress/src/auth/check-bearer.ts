import { Secret, type WebhookAuth } from '@imchannel/config'
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTVerifyOptions } from 'jose'
import { accepted, type AuthRequest, type AuthVerdict, headerOf, refused } from './auth-request.ts'

type Bearer = Extract<WebhookAuth, { type: 'bearer' }>

/** Keys of an issuer, fetched when they are first needed and when an unknown key id comes up. */
type KeySet = ReturnType<typeof createRemoteJWKSet>

const scheme = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i

/** Signatures that a public key verifies: with a shared secret whoever verifies could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Clocks of two well-kept machines differ by less. */
const CLOCK_TOLERANCE_S = 30
/** Well within the webhook's deadline of 5 s. */
const FETCH_MS = 2_000

const keySets = new Map<string, KeySet>()

/** A token as configured, or a JWT checked against its issuer's keys. */
export async function checkBearer(way: Bearer, { rawHeaders }: AuthRequest): Promise<AuthVerdict> {
  const authorization = headerOf(rawHeaders, 'authorization')
  if (authorization === undefined) return refused('no_credentials')
  const [, token] = scheme.exec(authorization) ?? []
  if (token === undefined) return refused('malformed_credentials')
  if (way.token !== undefined) return Secret.equalsAny(way.token, token) ? accepted : refused('wrong_credentials')
  return way.jwksUrl === undefined ? refused('token_refused') : await checkJwt(token, way, keySetOf(way.jwksUrl))
}

async function checkJwt(token: string, { issuer, audience, subject }: Bearer, keys: KeySet): Promise<AuthVerdict> {
  const options: JWTVerifyOptions = {
    algorithms,
    clockTolerance: CLOCK_TOLERANCE_S,
    // A token without an end would be a password that cannot be changed.
    requiredClaims: ['exp'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    ...(subject === undefined ? {} : { subject }),
  }
  try {
    await jwtVerify(token, keys, options)
    return accepted
  } catch (error) {
    return isAboutToken(error) ? refused('token_refused') : await checkWithLast(token, keys, options)
  }
}

/**
 * While the issuer is away the keys that were fetched last must do, however old. A token of a key that is not among them may be
 * good: only the issuer knows.
 */
async function checkWithLast(token: string, keys: KeySet, options: JWTVerifyOptions): Promise<AuthVerdict> {
  const last = keys.jwks()
  if (last === undefined) return refused('keys_unavailable')
  try {
    await jwtVerify(token, createLocalJWKSet(last), options)
    return accepted
  } catch (error) {
    return refused(error instanceof errors.JWKSNoMatchingKey ? 'keys_unavailable' : 'token_refused')
  }
}

/** Anything else is the way to the keys: a refused connection, a time limit, an answer that is no key set. */
function isAboutToken(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
}

function keySetOf(url: string): KeySet {
  const known = keySets.get(url)
  if (known) return known
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_MS })
  keySets.set(url, keys)
  return keys
}
