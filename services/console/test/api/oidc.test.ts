import { freePorts } from '@imchannel/local-stack'
import { expect, onTestFinished, test } from 'vitest'
import { CLIENT, type FakeIssuer, startIssuer } from './fake-issuer.ts'
import { ask, startApi } from './start-api.ts'

/** The console at an address that it knows beforehand, since the provider sends people back to it. */
async function stage() {
  const issuer = await startIssuer()
  onTestFinished(() => issuer[Symbol.asyncDispose]())
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const grants = [{ to: 'desk', role: 'operator', tenants: ['acme'] }]
  const api = await startApi({ url, port, auth: { kind: 'oidc', issuer: issuer.url, ...CLIENT, grants } })
  onTestFinished(() => api[Symbol.asyncDispose]())
  return { issuer, api }
}

/** As a browser goes: to the provider, and back with what it gave. */
async function logIn(url: string) {
  const begun = await ask(url, '/v1/login/oidc')
  const sent = await fetch(begun.location, { redirect: 'manual' })
  const back = new URL(sent.headers.get('location') ?? '')
  const cookie = begun.cookie.split(';')[0] ?? ''
  return { cookie, back, end: (headers = { cookie }) => ask(url, `${back.pathname}${back.search}`, { headers }) }
}

const ana = { email: 'ana@example.com', email_verified: true, groups: ['staff', 'desk'] }

test('people log in at their identity provider, and are who it says they are', async () => {
  const { issuer, api } = await stage()
  issuer.claims = ana
  expect((await ask(api.url, '/v1/session')).body).toMatchObject({ auth: 'oidc', loginUrl: '/v1/login/oidc' })
  const done = await (await logIn(api.url)).end()
  expect(done).toMatchObject({ status: 303, location: '/' })
  const [, session = ''] = done.cookie.split('\n')
  const { body } = await ask(api.url, '/v1/session', { headers: { cookie: session.split(';')[0] ?? '' } })
  expect(body).toMatchObject({ user: 'ana@example.com', tenants: [{ id: 'acme', role: 'operator' }] })
})

test.each<[string, (issuer: FakeIssuer) => void]>([
  ['of another client', (issuer) => (issuer.spoil = (claims) => ({ ...claims, aud: 'another' }))],
  ['of another provider', (issuer) => (issuer.spoil = (claims) => ({ ...claims, iss: 'https://evil.example.com' }))],
  ['of another login', (issuer) => (issuer.spoil = (claims) => ({ ...claims, nonce: 'another' }))],
  ['without a name', (issuer) => (issuer.claims = { groups: ['desk'] })],
  ['with an address that nobody verified', (issuer) => (issuer.claims = { ...ana, email_verified: false })],
])('a token %s lets nobody in', async (_what, change) => {
  const { issuer, api } = await stage()
  issuer.claims = ana
  change(issuer)
  const done = await (await logIn(api.url)).end()
  expect(done).toMatchObject({ status: 403, body: { code: 'login_failed' } })
  expect(done.cookie).not.toContain('imchannel-console=')
  expect(api.lines.join('\n')).not.toContain(CLIENT.clientSecret)
})

test('an answer is taken once, in the browser in which the login was begun', async () => {
  const { issuer, api } = await stage()
  issuer.claims = ana
  const login = await logIn(api.url)
  expect(await login.end({ cookie: '' })).toMatchObject({ status: 403, body: { code: 'login_failed' } })
  expect(await login.end({ cookie: (await logIn(api.url)).cookie })).toMatchObject({ status: 403 })
  expect(await login.end()).toMatchObject({ status: 303 })
  expect(await login.end()).toMatchObject({ status: 403 })
})

test('a provider that is away is said to be', async () => {
  const { issuer, api } = await stage()
  await issuer[Symbol.asyncDispose]()
  expect(await ask(api.url, '/v1/login/oidc')).toMatchObject({ status: 502, body: { code: 'provider_unavailable' } })
})
