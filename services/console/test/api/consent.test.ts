import type { CustomerQuery } from '@imchannel/fact-store'
import { expect, test } from 'vitest'
import { BASE, createTopicLog, tellStory } from '../seed.ts'
import { startApi } from './start-api.ts'

const told = { customer: '351927482662', userId: 'PT.13491208655302', name: 'Teresa', said: 'Oh well', answer: 'Hello' }
const business = '447860099299'
const correction = { source: 'blocklist', state: 'optedIn', scope: 'all', reason: 'a mistake of ours' }

test('what the dispatcher knows of a customer under all names is shown, masked by having none', async () => {
  const asked: CustomerQuery[] = []
  const readAt = BASE + 3_600_000
  await using api = await startApi({
    facts: {
      read: async (query) => {
        asked.push(query)
        return {
          window: { openedAt: BASE },
          coverage: { from: 0, endsTakenAt: readAt },
          consent: [{ source: 'keyword', state: 'optedOut', scope: 'marketing', since: BASE }],
          readAt,
        }
      },
    },
  })
  await api.take(tellStory(told, createTopicLog()))
  const viewer = await api.as('vera')
  const { body } = await viewer.post('/v1/search', { query: told.customer })
  const { id } = body.conversations[0]
  const facts = await viewer.get(`/v1/conversations/${id}/facts`)
  expect(facts.body).toEqual({
    window: { state: 'open', closesAt: '2026-03-05T10:00:00.000Z' },
    consent: [{ source: 'keyword', state: 'optedOut', scope: 'marketing', since: '2026-03-04T10:00:00.000Z' }],
    mayCorrect: false,
    asOf: '2026-03-04T11:00:00.000Z',
  })
  expect(asked).toEqual([{ tenant: 'acme', from: business, to: expect.arrayContaining([told.customer, told.userId]) }])
  expect(facts.text).not.toContain(told.customer)
})

test('without Redis it is said that nothing is known, and a user that may not is told the keys', async () => {
  for (const [text, said] of [
    ['connection is closed', 'in Redis'],
    ['NOPERM no permissions', '~imc:f:*'],
  ] as const) {
    await using api = await startApi({ facts: { read: async () => Promise.reject(new Error(text)) } })
    await api.take(tellStory(told, createTopicLog()))
    const viewer = await api.as('vera')
    const { body } = await viewer.post('/v1/search', { query: '' })
    const facts = await viewer.get(`/v1/conversations/${body.conversations[0].id}/facts`)
    expect(facts).toMatchObject({ status: 503, body: { code: 'redis_unavailable' } })
    expect(facts.text).toContain(said)
  }
})

test('an operator corrects any source, under every name, once it stands in the audit without a number; a viewer does not', async () => {
  await using api = await startApi()
  await api.take(tellStory(told, createTopicLog()))
  const [viewer, operator, stranger] = [await api.as('vera'), await api.as('oskar'), await api.as('gus')]
  const { body } = await operator.post('/v1/search', { query: told.customer })
  const path = `/v1/conversations/${body.conversations[0].id}/consent`
  expect(await viewer.post(path, correction)).toMatchObject({ status: 403 })
  expect(await stranger.post(path, correction)).toMatchObject({ status: 404 })
  for (const wrong of [
    { ...correction, reason: ' ' },
    { ...correction, scope: 'template' },
    { ...correction, source: 'me' },
  ])
    expect(await operator.post(path, wrong)).toMatchObject({ status: 400 })
  expect(api.corrected).toEqual([])

  expect(await operator.post(path, correction)).toMatchObject({ status: 204 })
  expect(api.audited.at(-1)).toMatchObject({ action: 'consent', by: 'oskar', detail: 'optedIn, all, by blocklist' })
  const one = { tenant: 'acme', from: business, state: 'optedIn', scope: 'all', source: 'blocklist', by: 'oskar' }
  expect(api.corrected).toHaveLength(2)
  expect(api.corrected).toEqual(
    expect.arrayContaining(
      [told.customer, told.userId].map((customer) =>
        expect.objectContaining({ ...one, customer, reason: correction.reason }),
      ),
    ),
  )
  expect(await operator.post(path, { ...correction, allNumbers: true })).toMatchObject({ status: 204 })
  expect(api.corrected.slice(2).map(({ from }) => from)).toEqual([undefined, undefined])
})
