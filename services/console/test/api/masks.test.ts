import { type Arbitrary, assert, asyncProperty, constantFrom, integer, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { createTopicLog, type Story, tellStory } from '../seed.ts'
import { type Asker, startApi } from './start-api.ts'

/** Nothing that the API itself says, so that what is found is leaked. */
const word = string({ unit: constantFrom(...Array.from('qxzjkvwQXZJKVW')), minLength: 9, maxLength: 14 })
const story: Arbitrary<Story> = record({
  customer: integer({ min: 100_000_000, max: 999_999_999 }).map((digits) => `351${digits}`),
  userId: integer({ min: 1_000_000_000, max: 9_999_999_999 }).map((digits) => `PT.${digits}22`),
  name: word,
  said: word,
  answer: word,
})

/** Every answer that a conversation shows in, for whoever asks. */
async function everything(
  asker: Asker,
  customer: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const texts: string[] = [JSON.stringify(asker.session)]
  const read = async (path: string) => {
    const answer = await asker.get(path, headers)
    texts.push(path, answer.text)
    return answer.body
  }
  const found = await asker.post('/v1/search', { query: customer })
  texts.push(found.text)
  for (const { id } of found.body.conversations as { id: string }[]) {
    const { messages } = await read(`/v1/conversations/${id}`)
    await read(`/v1/conversations/${id}/scenario`)
    for (const { steps } of messages as { steps: { id: string }[] }[])
      for (const step of steps) await read(`/v1/records/${step.id}`)
  }
  for (const path of [
    'problems?minutes=20000',
    'deadletters',
    'unrecognised',
    'overview?minutes=20000',
    'parked',
    'audit',
  ])
    await read(`/v1/${path}`)
  return texts.join('\n')
}

function secretsOf({ customer, userId, name, said, answer }: Story): string[] {
  return [customer, userId, name, said, answer]
}

/** Every run of base64 decoded, wherever it begins: WhatsApp’s ids have the number so. */
function withDecoded(text: string): string {
  const runs = [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1')),
  )
  return [text, ...runs].join('\n')
}

test('no number, id, name or text of a customer is in any answer to a viewer, whatever they are', async () => {
  await using api = await startApi()
  const viewer = await api.as('vera')
  const log = createTopicLog()
  await assert(
    asyncProperty(story, async (told) => {
      await api.take(tellStory(told, log))
      const shown = withDecoded(await everything(viewer, told.customer))
      // It has been shown all the same.
      expect(shown).toContain(`***${told.customer.slice(-3)}`)
      expect(secretsOf(told).filter((secret) => shown.includes(secret))).toEqual([])
    }),
    { numRuns: 25 },
  )
})

test('an operator sees masks, until lifting them for one conversation, which is written down first', async () => {
  await using api = await startApi()
  const operator = await api.as('oskar')
  const told = {
    customer: '351927482662',
    userId: 'PT.13491208655302',
    name: 'Teresa Gomes',
    said: 'Oh well',
    answer: 'Hello there',
  }
  const other = { ...told, customer: '351910000042', userId: 'PT.99999999999', said: 'Another thing' }
  const log = createTopicLog()
  await api.take([...tellStory(told, log), ...tellStory(other, log)])
  const masked = await everything(operator, told.customer)
  expect(secretsOf(told).filter((secret) => masked.includes(secret))).toEqual([])
  expect(api.audited).toEqual([])

  const { body } = await operator.post('/v1/search', { query: told.customer })
  const revealed = await operator.post(`/v1/conversations/${body.conversations[0].id}/reveal`)
  expect(api.audited).toMatchObject([{ action: 'reveal', by: 'oskar', tenant: 'acme' }])
  const plain = await everything(operator, told.customer, { 'x-reveal': revealed.body.token })
  for (const secret of secretsOf(told)) expect(plain).toContain(secret)
  // For this conversation and this user alone.
  const elsewhere = await everything(operator, other.customer, { 'x-reveal': revealed.body.token })
  expect(elsewhere).not.toContain(other.said)
  const viewer = await everything(await api.as('vera'), told.customer, { 'x-reveal': revealed.body.token })
  expect(viewer).not.toContain(told.said)
})
