import { expect, onTestFinished, test } from 'vitest'
import { waitUntil } from '@imchannel/testkit'
import { createTopicLog, tellStory } from '../seed.ts'
import { type Asker, startApi } from './start-api.ts'

const told = { customer: '351927482662', userId: 'PT.13491208655302', name: 'Teresa', said: 'Oh well', answer: 'Hello' }

interface Listener {
  /** Everything that was said so far. */
  heard(): string
  /** Data of the events of a type. */
  events(type: string): Record<string, unknown>[]
  ended(): boolean
}

/** Listens until the test is over. */
async function listen(url: string, { cookie }: Pick<Asker, 'cookie'>): Promise<Listener> {
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  const answer = await fetch(`${url}/v1/live`, { headers: { cookie }, signal: gone.signal })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  let [heard, ended] = ['', false]
  void (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) heard += decoder.decode(chunk as Uint8Array, { stream: true })
    ended = true
  })().catch(() => undefined)
  return {
    heard: () => heard,
    ended: () => ended,
    events: (type) =>
      [...heard.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].flatMap(([, name, data]) =>
        name === type ? [JSON.parse(data ?? '') as Record<string, unknown>] : [],
      ),
  }
}

test('listeners are told what was added, each of their own tenants alone, and nothing of what it is', async () => {
  await using api = await startApi()
  const [viewer, stranger] = [await api.as('vera'), await api.as('gus')]
  const [mine, theirs] = [await listen(api.url, viewer), await listen(api.url, stranger)]
  for (const one of [mine, theirs])
    await waitUntil(() => one.events('progress').length > 0, { what: 'the stream has begun' })

  await api.take(tellStory(told, createTopicLog()))
  await waitUntil(() => mine.events('change').length > 0, { what: 'the change is told' })
  const { body } = await viewer.post('/v1/search', { query: told.customer })
  expect(mine.events('change')).toMatchObject([
    { conversations: [body.conversations[0].id], problems: true, deadLetters: true, unrecognised: false, audit: false },
  ])
  for (const secret of Object.values(told)) expect(mine.heard()).not.toContain(secret)
  // Both were told in one turn, or neither.
  expect(theirs.events('change')).toEqual([])
})

test('a stream ends when its session does', async () => {
  await using api = await startApi()
  const [one, other] = [await api.as('vera'), await api.as('vera')]
  const [ending, staying] = [await listen(api.url, one), await listen(api.url, other)]
  await one.post('/v1/logout')
  await waitUntil(() => ending.ended(), { what: 'the stream has ended' })
  expect(staying.ended()).toBe(false)
  expect(await one.get('/v1/live')).toMatchObject({ status: 401 })
})
