import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface FakeIssuer extends AsyncDisposable {
  readonly url: string
  /** What the next id tokens say. */
  claims: Record<string, unknown>
  /** Told of each token’s claims before they are signed. */
  spoil: (claims: Record<string, unknown>) => Record<string, unknown>
}

export const CLIENT = { clientId: 'console', clientSecret: 'a-secret-of-the-client' }

interface Pending {
  readonly challenge: string
  readonly nonce: string
  readonly redirectUri: string
}

/** An identity provider that lets in whoever comes: discovery, authorisation, tokens by code and PKCE. */
export async function startIssuer(): Promise<FakeIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const pending = new Map<string, Pending>()
  const issuer = { claims: {} as Record<string, unknown>, spoil: (claims: Record<string, unknown>) => claims }
  let url = ''

  const server = createServer((request, response) => {
    void answer(request.url ?? '', request, response)
  })

  async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status = 200, location, body } = await handle(path, () => text(request))
    response.writeHead(status, { 'content-type': 'application/json', ...(location === undefined ? {} : { location }) })
    response.end(JSON.stringify(body ?? {}))
  }

  async function handle(
    path: string,
    read: () => Promise<string>,
  ): Promise<{ status?: number; location?: string; body?: unknown }> {
    const { pathname, searchParams } = new URL(path, url)
    if (pathname === '/.well-known/openid-configuration')
      return {
        body: {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/jwks`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['RS256'],
          subject_types_supported: ['public'],
        },
      }
    if (pathname === '/jwks') return { body: { keys: [jwk] } }
    if (pathname === '/authorize') return authorise(searchParams)
    return pathname === '/token' ? token(new URLSearchParams(await read())) : { status: 404 }
  }

  function authorise(asked: URLSearchParams): { status: number; location: string } {
    const code = randomUUID()
    const get = (name: string): string => asked.get(name) ?? ''
    pending.set(code, { challenge: get('code_challenge'), nonce: get('nonce'), redirectUri: get('redirect_uri') })
    return {
      status: 302,
      location: `${get('redirect_uri')}?${new URLSearchParams({ code, state: get('state') }).toString()}`,
    }
  }

  async function token(given: URLSearchParams): Promise<{ status?: number; body: unknown }> {
    const code = given.get('code') ?? ''
    const login = pending.get(code)
    pending.delete(code)
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      login?.challenge === challenge &&
      login.redirectUri === given.get('redirect_uri') &&
      given.get('client_secret') === CLIENT.clientSecret
    if (!isRight) return { status: 400, body: { error: 'invalid_grant' } }
    const said = issuer.spoil({ iss: url, aud: CLIENT.clientId, sub: 'u-1', nonce: login.nonce, ...issuer.claims })
    const signed = await new SignJWT(said)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
    return { body: { access_token: 'a', token_type: 'bearer', expires_in: 300, id_token: signed } }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a server on a port has one')
  url = `http://127.0.0.1:${address.port}`
  return Object.assign(issuer, {
    url,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  })
}
