import type { ConsoleConfig } from '@imchannel/config'
import type { Logger } from '@imchannel/logging'
import { type Request, Router } from 'express'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { SESSION_MS } from '../config.ts'
import type { User } from '../domain/access.ts'
import { ConsoleError } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { cookie, LOGIN_COOKIE, readCookie, SESSION_COOKIE } from './cookies.ts'
import { startSession } from './log-in.ts'
import type { Tokens } from './tokens.ts'

type OidcAuth = Extract<ConsoleConfig['auth'], { kind: 'oidc' }>

export interface OidcLoginOptions {
  readonly auth: () => ConsoleConfig['auth']
  readonly url: () => string | undefined
  readonly tokens: Tokens
  readonly now: () => number
  readonly instruments: Instruments
  readonly log: Logger
}

/** Somebody types a password and a code meanwhile. */
const LOGIN_MS = 10 * 60_000

const pending = z.object({ verifier: z.string(), state: z.string(), nonce: z.string(), expiresAt: z.number() })

/** `GET /v1/login/oidc` sends the browser to the identity provider, which sends it back to `/v1/login/oidc/callback`. */
export function createOidcLogin({ auth, url, tokens, now, instruments, log }: OidcLoginOptions): Router {
  const router = Router()
  let discovered: { readonly of: OidcAuth; readonly client: Promise<oidc.Configuration> } | undefined

  router.get('/v1/login/oidc', async (_request, response) => {
    const way = oidcAuth()
    const client = await clientOf(way)
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
    const target = oidc.buildAuthorizationUrl(client, {
      redirect_uri: callbackUrl(),
      scope: way.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const sealed = tokens.seal('login', { verifier, state, nonce, expiresAt: now() + LOGIN_MS })
    response.append('set-cookie', cookie(LOGIN_COOKIE, sealed, { secure: isSecure(), maxAgeS: LOGIN_MS / 1000 }))
    response.redirect(303, target.href)
  })

  router.get('/v1/login/oidc/callback', async (request, response) => {
    const way = oidcAuth()
    const begun = pending.safeParse(tokens.open('login', readCookie(request, LOGIN_COOKIE) ?? ''))
    if (!begun.success || begun.data.expiresAt <= now())
      throw new ConsoleError('login_failed', {
        detail: 'it took too long, or was begun in another browser: begin again',
      })
    const user = await userOf(request, way, begun.data)
    const session = tokens.sealSession(startSession(user, now()))
    const secure = isSecure()
    response.append('set-cookie', cookie(LOGIN_COOKIE, '', { secure, maxAgeS: 0 }))
    response.append('set-cookie', cookie(SESSION_COOKIE, session, { secure, maxAgeS: SESSION_MS / 1000 }))
    instruments.logins.add(1, { outcome: 'logged_in' })
    response.redirect(303, '/')
  })

  async function userOf(request: Request, way: OidcAuth, begun: z.infer<typeof pending>): Promise<User> {
    const current = new URL(request.originalUrl, callbackUrl())
    try {
      const answer = await oidc.authorizationCodeGrant(await clientOf(way), current, {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      })
      return readUser(answer.claims() ?? {}, way)
    } catch (error) {
      instruments.logins.add(1, { outcome: 'refused' })
      if (error instanceof ConsoleError) throw error
      // What the library says may quote what was sent: to the log go its kind and code alone.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      log.warn({ fn: 'login' }, `the identity provider's answer was refused: ${code}`)
      throw new ConsoleError('login_failed', { detail: 'begin again; the console’s log says more' })
    }
  }

  function oidcAuth(): OidcAuth {
    const way = auth()
    if (way.kind !== 'oidc') throw new ConsoleError('not_found', { detail: `people log in by ${way.kind}` })
    return way
  }

  /** Asked for once, and again where it could not be had or the settings have changed. */
  async function clientOf(way: OidcAuth): Promise<oidc.Configuration> {
    if (discovered?.of !== way) discovered = { of: way, client: discover(way) }
    try {
      return await discovered.client
    } catch {
      discovered = undefined
      throw new ConsoleError('provider_unavailable', { detail: `what ${way.issuer} says of itself could not be read` })
    }
  }

  function callbackUrl(): string {
    const own = url()
    if (own === undefined) throw new Error('console.url is missing') // the schema asks for it
    return `${own}/v1/login/oidc/callback`
  }

  function isSecure(): boolean {
    return url()?.startsWith('https://') === true
  }

  return router
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

function discover({ issuer, clientId, clientSecret }: OidcAuth): Promise<oidc.Configuration> {
  const address = new URL(issuer)
  // Without TLS on this machine alone, where people try it out.
  const isLocal = address.protocol === 'http:' && LOOPBACK.test(address.hostname)
  const options = isLocal ? { execute: [oidc.allowInsecureRequests] } : {}
  return oidc.discovery(address, clientId, clientSecret.reveal(), undefined, options)
}

/** @throws ConsoleError where the provider does not say who it is */
function readUser(claims: Readonly<Record<string, unknown>>, { nameClaim, groupsClaim }: OidcAuth): User {
  const name = claims[nameClaim]
  if (typeof name !== 'string' || name === '')
    throw new ConsoleError('login_failed', {
      detail: `the identity provider gives no "${nameClaim}": see console.auth.nameClaim`,
    })
  // An address that anybody could have typed in is nobody’s.
  if (nameClaim === 'email' && claims['email_verified'] === false)
    throw new ConsoleError('login_failed', { detail: 'the identity provider has not verified the e-mail address' })
  const groups = [claims[groupsClaim]].flat().filter((group) => typeof group === 'string')
  return { name, groups }
}
