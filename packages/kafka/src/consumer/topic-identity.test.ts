import { expect, test } from 'vitest'
import { commitText, readCommitText } from './commit-text.ts'
import { recogniseTopic, type TopicEvidence } from './topic-identity.ts'

const ID = 'ab'.repeat(16)
const OTHER_ID = 'cd'.repeat(16)
const MARK = { offset: 4, timestamp: 1_700_000_000_000 }
const NOTHING = { topicId: undefined, topicAnew: undefined, mark: undefined }

function recognise(evidence: Partial<TopicEvidence>, timestamp?: number) {
  return recogniseTopic({
    work: NOTHING,
    kept: undefined,
    now: undefined,
    timestampAt: async () => timestamp,
    ...evidence,
  })
}

test.each([
  { id: ID },
  { id: ID, anew: ID.slice(0, 8) },
  { id: ID, anew: '01234567' },
  { mark: MARK },
  { mark: MARK, anew: '01234567' },
])('a commit keeps %j', (topic) => {
  expect(readCommitText(commitText('text', topic) ?? '')).toEqual({ text: 'text', topic })
  expect(readCommitText(commitText(undefined, topic) ?? '')).toEqual({ text: '', topic })
})

test('a text without a topic is left as it is', () => {
  expect(commitText('text', {})).toBe('text')
  expect(readCommitText('text')).toEqual({ text: 'text', topic: undefined })
})

test('another timestamp at the offset means another topic, which is known by the new one afterwards', async () => {
  const timestamp = MARK.timestamp + 1
  const found = await recognise({ kept: { mark: MARK } }, timestamp)
  expect(found).toMatchObject({ isOther: true, mark: { offset: MARK.offset, timestamp } })
  expect(found.anew).toBe((timestamp % 2 ** 32).toString(16).padStart(8, '0'))
  expect(await recognise({ kept: found }, timestamp)).toMatchObject({ isOther: false, anew: found.anew })
})

test('a record that is gone means nothing', async () => {
  expect(await recognise({ kept: { mark: MARK, anew: '01234567' } })).toMatchObject({
    isOther: false,
    mark: MARK,
    anew: '01234567',
  })
})

test('who sees a change after another member gives it the digits that it has already', async () => {
  const work = { ...NOTHING, mark: MARK }
  const kept = { mark: { offset: 9, timestamp: 3 }, anew: '01234567' }
  expect(await recognise({ work, kept }, 2)).toMatchObject({ isOther: true, anew: '01234567' })
})

test('digits stay when Kafka begins to give ids', async () => {
  const now = { id: ID, isFirst: true }
  const found = await recognise({ kept: { mark: MARK, anew: '01234567' }, now }, MARK.timestamp)
  expect(found).toMatchObject({ isOther: false, id: ID, anew: '01234567' })
  expect(await recognise({ kept: { id: ID, anew: '01234567' }, now })).toMatchObject({ anew: '01234567' })
})

test('an id says more than a timestamp', async () => {
  const now = { id: OTHER_ID, isFirst: true }
  expect(await recognise({ kept: { id: ID }, now })).toMatchObject({ isOther: true, anew: OTHER_ID.slice(0, 8) })
  expect(await recognise({ work: { ...NOTHING, topicId: ID } })).toMatchObject({ isOther: false, id: ID })
})

test('a commit of a former topic is told from one of this', async () => {
  const now = { id: OTHER_ID, isFirst: false }
  const work = { ...NOTHING, topicId: OTHER_ID, topicAnew: OTHER_ID.slice(0, 8) }
  expect(await recognise({ work, kept: { id: ID }, now })).toMatchObject({ isOther: false, isCommitted: false })
  expect(await recognise({ work, kept: { id: OTHER_ID }, now })).toMatchObject({ isOther: false, isCommitted: true })
  expect(await recognise({ work, now })).toMatchObject({ isOther: false, isCommitted: true })
})

test('so it is without ids', async () => {
  const work = { ...NOTHING, mark: MARK, topicAnew: '01234567' }
  const judge = (kept: TopicEvidence['kept']) => recognise({ work, kept }, MARK.timestamp)
  const former = { mark: { offset: 9, timestamp: 3 } }
  expect(await judge(former)).toMatchObject({ isOther: false, isCommitted: false })
  expect(await judge({ ...former, anew: '01234567' })).toMatchObject({ isOther: false, isCommitted: true })
})
