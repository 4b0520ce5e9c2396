import { expect, test } from 'vitest'
import { createTopicLog, sendCommand, tellStory, timeAt } from '../seed.ts'
import { ask, type Asker, PASSWORD, startApi } from './start-api.ts'

const told = { customer: '351927482662', userId: 'PT.13491208655302', name: 'Teresa', said: 'Oh well', answer: 'Hello' }

const paths = [
  'conversations/1',
  'conversations/1/facts',
  'conversations/1/scenario',
  'records/1',
  'problems',
  'deadletters',
  'unrecognised',
  'parked',
  'overview',
  'audit',
  'live',
]

async function firstConversation(asker: Asker): Promise<string> {
  const { body } = await asker.post('/v1/search', { query: told.customer })
  return body.conversations[0].id as string
}

test('whoever has not logged in sees the page, the session and the API’s description, and nothing else', async () => {
  await using api = await startApi()
  for (const path of paths)
    expect(await ask(api.url, `/v1/${path}`)).toMatchObject({ status: 401, body: { code: 'not_logged_in' } })
  expect(await ask(api.url, '/v1/search', { method: 'POST', body: { query: '' } })).toMatchObject({ status: 401 })
  const session = await ask(api.url, '/v1/session')
  expect(session.body).toEqual({ auth: 'basic', tenants: [], links: {}, progress: expect.anything() })
  expect((await ask(api.url, '/v1/openapi.json')).body.openapi).toBe('3.1.0')
})

test('a wrong password, and a name that there is not, are refused alike, and nobody may try for ever', async () => {
  await using api = await startApi({ loginsPerMinute: 2 })
  const attempt = (name: string, password: string) =>
    ask(api.url, '/v1/login', { method: 'POST', body: { name, password } })
  const [wrong, unknown] = [await attempt('vera', 'no'), await attempt('eve', PASSWORD)]
  expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_credentials' }, cookie: '' })
  expect(unknown.text).toBe(wrong.text)
  expect(await attempt('vera', PASSWORD)).toMatchObject({ status: 429 })
  expect(api.lines.join('\n')).not.toContain(PASSWORD)
})

test('a session’s cookie is not for scripts nor other sites, and one that was changed is none', async () => {
  await using api = await startApi()
  const login = await ask(api.url, '/v1/login', { method: 'POST', body: { name: 'vera', password: PASSWORD } })
  expect(login.cookie).toMatch(/^imchannel-console=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=36000$/)
  const [pair = ''] = login.cookie.split(';')
  expect(await ask(api.url, '/v1/problems', { headers: { cookie: pair } })).toMatchObject({ status: 200 })
  const forged = pair.replace(/=(.)/, (_found, first: string) => `=${first === 'e' ? 'f' : 'e'}`)
  expect(await ask(api.url, '/v1/problems', { headers: { cookie: forged } })).toMatchObject({ status: 401 })
})

test('a change without the session’s token is refused', async () => {
  await using api = await startApi()
  const asker = await api.as('oskar')
  for (const token of ['', 'AAAA', String((await api.as('ada')).session['csrfToken'])])
    expect(await asker.post('/v1/search', { query: '' }, { 'x-csrf-token': token })).toMatchObject({
      status: 403,
      body: { code: 'bad_csrf_token' },
    })
})

test('a viewer changes nothing, an operator reads no audit, and another tenant’s things are not there', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const [viewer, operator, admin, stranger] = [
    await api.as('vera'),
    await api.as('oskar'),
    await api.as('ada'),
    await api.as('gus'),
  ]
  const id = await firstConversation(viewer)
  const letters = await viewer.get('/v1/deadletters')
  const letter = letters.body.letters[0].id as string
  expect(letters.body.letters[0].mayReplay).toBe(false)
  for (const path of [`conversations/${id}/reveal`, `deadletters/${letter}/replay`, 'replays'])
    expect(await viewer.post(`/v1/${path}`), path).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(await operator.get('/v1/audit')).toMatchObject({ status: 403 })
  expect(await admin.get('/v1/audit')).toMatchObject({ status: 200 })

  expect((await stranger.post('/v1/search', { query: told.customer })).body.conversations).toEqual([])
  for (const path of [`conversations/${id}`, `conversations/${id}/scenario`, 'records/1', 'deadletters?tenant=acme'])
    expect(await stranger.get(`/v1/${path}`), path).toMatchObject({ status: 404 })
  expect((await stranger.get('/v1/deadletters')).body.total).toBe(0)
  for (const path of [`conversations/${id}/reveal`, `deadletters/${letter}/replay`])
    expect(await stranger.post(`/v1/${path}`), path).toMatchObject({ status: 404 })
  expect(api.audited).toEqual([])
  expect(await (await api.as('nobody')).get('/v1/problems')).toMatchObject({ status: 403 })
})

test('a proxy’s header counts from a trusted address alone', async () => {
  const auth = { kind: 'proxy', grants: [{ to: 'desk', role: 'operator' }] }
  const headers = { 'x-forwarded-user': 'ana', 'x-forwarded-groups': 'staff, desk' }
  await using trusted = await startApi({ auth, trustedProxies: ['127.0.0.1'] })
  expect((await ask(trusted.url, '/v1/session', { headers })).body).toMatchObject({
    user: 'ana',
    tenants: [
      { id: 'acme', role: 'operator' },
      { id: 'globex', role: 'operator' },
    ],
  })
  expect(await ask(trusted.url, '/v1/problems')).toMatchObject({ status: 401 })
  await using other = await startApi({ auth, trustedProxies: ['10.0.0.0/8'] })
  expect(await ask(other.url, '/v1/problems', { headers })).toMatchObject({ status: 401 })
})

test('without a login only names that are the console’s own are answered', async () => {
  await using api = await startApi({ auth: 'none', url: 'http://console.example.com:3004' })
  expect((await ask(api.url, '/v1/session')).body).toMatchObject({
    user: 'everybody',
    tenants: [{ role: 'admin' }, { role: 'admin' }],
  })
  const status = async (host: string) => {
    const { request } = await import('node:http')
    return new Promise((resolve) => {
      request(`${api.url}/v1/session`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode)).end()
    })
  }
  expect(await status('console.example.com:3004')).toBe(200)
  expect(await status('localhost:3004')).toBe(200)
  expect(await status('evil.example.com')).toBe(403)
})

test('replay pressed in two tabs at once is one request', async () => {
  const replayed: string[] = []
  await using api = await startApi({
    replayer: {
      replay: async (letters) => {
        replayed.push(...letters.map(({ commandId }) => commandId ?? ''))
        return { written: new Set(letters.map(({ place }) => place)), left: new Map() }
      },
    },
  })
  await api.take(tellStory(told, createTopicLog()))
  const [one, two] = [await api.as('oskar'), await api.as('oskar')]
  const { body } = await one.get('/v1/deadletters')
  const path = `/v1/deadletters/${body.letters[0].id}/replay`
  const answers = await Promise.all([one, two, one, two].map((tab) => tab.post(path)))
  expect(replayed).toEqual([`c-${told.customer}-2`])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(answers.map(({ body: answer }) => answer.state)).toContain('replayed')
  expect((await two.post(path)).body).toEqual({ state: 'replayed' })
  expect((await one.get('/v1/deadletters')).body.letters[0].replay).toMatchObject({ state: 'replayed', by: 'oskar' })
})

test('what a filter fits is counted first, and written only where the count is still so', async () => {
  await using api = await startApi()
  const log = createTopicLog()
  await api.take(tellStory(told, log))
  await api.take(tellStory({ ...told, customer: '351910000042' }, log))
  const operator = await api.as('oskar')
  expect((await operator.post('/v1/replays', { code: 'unknown_sender' })).body).toEqual({
    count: 2,
    written: false,
    left: [],
  })
  expect(await operator.post('/v1/replays', { code: 'unknown_sender', confirm: 1 })).toMatchObject({
    status: 409,
    body: { code: 'count_changed' },
  })
  expect(api.audited).toEqual([])
  expect((await operator.post('/v1/replays', { confirm: 2 })).body).toEqual({ count: 2, written: true, left: [] })
  expect(api.audited).toMatchObject([{ action: 'replay', by: 'oskar', tenant: 'acme', detail: '2 dead letters' }])
  expect((await operator.post('/v1/replays', {})).body.count).toBe(0)
})

test('a span of time is part of a filter, from its beginning to before its end', async () => {
  await using api = await startApi()
  const log = createTopicLog()
  await api.take([40, 60, 80].map((second) => log.letter(sendCommand(`at-${second}`, told.customer, 'Hello'), second)))
  const operator = await api.as('oskar')
  const countOf = async (filter: object) => (await operator.post('/v1/replays', filter)).body.count as number
  expect(await countOf({})).toBe(3)
  expect(await countOf({ since: timeAt(60) })).toBe(2)
  expect(await countOf({ until: timeAt(60) })).toBe(1)
  expect(await countOf({ since: timeAt(60), until: timeAt(80) })).toBe(1)
  expect(await operator.post('/v1/replays', { since: 'yesterday' })).toMatchObject({
    status: 400,
    body: { code: 'bad_request', detail: expect.stringContaining('since') },
  })
})

test('a copy of a session’s cookie is none any more once somebody has logged out', async () => {
  await using api = await startApi()
  const [one, other] = [await api.as('oskar'), await api.as('oskar')]
  expect(await one.post('/v1/logout', {}, { 'x-csrf-token': 'AAAA' })).toMatchObject({ status: 403 })
  expect((await one.get('/v1/problems')).status).toBe(200)
  expect((await one.post('/v1/logout')).status).toBe(204)
  expect(await one.get('/v1/problems')).toMatchObject({ status: 401, body: { code: 'not_logged_in' } })
  expect((await one.get('/v1/session')).body.user).toBeUndefined()
  expect((await one.post('/v1/search', { query: '' })).status).toBe(401)
  // Another login of the same person is another session.
  expect((await other.get('/v1/problems')).status).toBe(200)
})
