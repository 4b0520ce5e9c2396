import { expect, test } from 'vitest'
import { createTopicLog, tellStory } from '../seed.ts'
import { ask, PASSWORD, startApi } from './start-api.ts'

const told = { customer: '351927482662', userId: 'PT.13491208655302', name: 'Teresa', said: 'Oh well', answer: 'Hello' }
const wanted = { for: 'acme’s desk', role: 'viewer', tenants: ['acme'], hours: 2 }
const grant = { ...wanted, for: 'acme desk' }

function authorized(url: string, authorization: string) {
  return {
    get: (path: string) => ask(url, path, { headers: { authorization } }),
    post: (path: string, body: unknown = {}) => ask(url, path, { method: 'POST', body, headers: { authorization } }),
  }
}

test('a program logs in by name and password with each request, and may not guess for ever', async () => {
  await using api = await startApi({ loginsPerMinute: 2 })
  const basic = (password: string) =>
    authorized(api.url, `Basic ${Buffer.from(`oskar:${password}`).toString('base64')}`)
  expect((await basic(PASSWORD).get('/v1/session')).body).toMatchObject({ user: 'oskar' })
  // No browser sends that header by itself: no other token is needed.
  expect((await basic(PASSWORD).post('/v1/search', { query: '' })).status).toBe(200)
  for (const guess of ['no', 'nor this'])
    expect(await basic(guess).get('/v1/problems')).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
  expect(await basic(PASSWORD).get('/v1/problems')).toMatchObject({ status: 429 })
})

test('somebody lets another in, to less than they may themselves, and the audit has it', async () => {
  await using api = await startApi()
  const log = createTopicLog()
  await api.take(tellStory(told, log))
  const admin = await api.as('ada')
  expect(await admin.post('/v1/access', wanted)).toMatchObject({ status: 400 })
  const { body } = await admin.post('/v1/access', grant)
  expect(api.audited).toEqual([
    { action: 'let in', by: 'ada', tenant: 'acme', outcome: 'granted', detail: 'viewer for acme desk, 2 h' },
  ])
  const desk = authorized(api.url, `Bearer ${body.token}`)
  const { body: session } = await desk.get('/v1/session')
  expect(session).toMatchObject({
    user: 'acme desk (let in by ada)',
    tenants: [{ id: 'acme', role: 'viewer' }],
    expiresAt: body.expiresAt,
    mayLetIn: false,
  })
  const { body: found } = await desk.post('/v1/search', { query: told.customer })
  expect(found.conversations).toHaveLength(1)
  expect(await desk.post(`/v1/conversations/${found.conversations[0].id}/reveal`)).toMatchObject({ status: 403 })
  expect(await desk.get('/v1/deadletters?tenant=globex')).toMatchObject({ status: 404 })
  expect(await desk.get('/v1/audit')).toMatchObject({ status: 403 })
  expect(await desk.post('/v1/access', grant)).toMatchObject({ status: 403 })
  expect(await authorized(api.url, `Bearer ${body.token}x`).get('/v1/problems')).toMatchObject({ status: 401 })
  // It can be given back.
  expect((await desk.post('/v1/logout')).status).toBe(204)
  expect(await desk.get('/v1/problems')).toMatchObject({ status: 401 })
})

test('what an operator does in somebody else’s name is told under both', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const { body } = await (await api.as('oskar')).post('/v1/access', { ...grant, role: 'operator' })
  const desk = authorized(api.url, `Bearer ${body.token}`)
  const { body: found } = await desk.post('/v1/search', { query: told.customer })
  expect((await desk.post(`/v1/conversations/${found.conversations[0].id}/reveal`)).status).toBe(200)
  expect(api.audited.map(({ action, by }) => [action, by])).toEqual([
    ['let in', 'oskar'],
    ['reveal', 'acme desk (let in by oskar)'],
  ])
})

test('nobody gives what they have not', async () => {
  await using api = await startApi()
  const [viewer, operator, nobody] = [await api.as('vera'), await api.as('oskar'), await api.as('nobody')]
  expect(await viewer.post('/v1/access', { ...grant, role: 'operator' })).toMatchObject({ status: 403 })
  expect(await operator.post('/v1/access', { ...grant, tenants: ['globex'] })).toMatchObject({ status: 404 })
  expect(await operator.post('/v1/access', { ...grant, role: 'admin', tenants: undefined })).toMatchObject({
    status: 403,
  })
  expect(await nobody.post('/v1/access', { ...grant, tenants: undefined })).toMatchObject({ status: 403 })
  expect(await viewer.post('/v1/access', { ...grant, hours: 721 })).toMatchObject({ status: 400 })
  expect(api.audited).toEqual([])
})

test('a link opens the page for whoever has it, until it is over or given back', async () => {
  await using api = await startApi()
  const { body } = await (await api.as('ada')).post('/v1/access', grant)
  const open = (token: string) => ask(api.url, '/v1/login/link', { method: 'POST', body: { token } })
  const opened = await open(body.token as string)
  expect(opened).toMatchObject({ status: 200, body: { user: 'acme desk (let in by ada)' } })
  expect(opened.cookie).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=7200$/)
  const cookie = opened.cookie.split(';')[0] ?? ''
  const headers = { cookie }
  expect(await ask(api.url, '/v1/audit', { headers })).toMatchObject({ status: 403 })
  // A browser sends the cookie by itself.
  expect(await ask(api.url, '/v1/search', { method: 'POST', body: { query: '' }, headers })).toMatchObject({
    status: 403,
    body: { code: 'bad_csrf_token' },
  })
  const out = { cookie, 'x-csrf-token': String(opened.body.csrfToken) }
  await ask(api.url, '/v1/logout', { method: 'POST', body: {}, headers: out })
  expect(await open(body.token as string)).toMatchObject({ status: 401 })
  expect(await open('a.token')).toMatchObject({ status: 401 })
})
