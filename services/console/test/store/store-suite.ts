import { auditRecordedEvent, messageIdOf } from '@imchannel/events'
import { createForgettings, type Named, peopleOf } from '@imchannel/facts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteOlderThan } from '../../src/adapters/store/delete-old.ts'
import { endSession, forgetEndedSessions, isSessionEnded } from '../../src/adapters/store/ended-sessions.ts'
import { forgetPeople } from '../../src/adapters/store/forget-people.ts'
import { searchConversations } from '../../src/adapters/store/read-conversations.ts'
import {
  countByCode,
  countRecords,
  listRecords,
  readAcceptedAfter,
  readMinutes,
  readProblems,
} from '../../src/adapters/store/read-lists.ts'
import { readOldestWaiting } from '../../src/adapters/store/read-parked.ts'
import { readTimeline } from '../../src/adapters/store/read-timeline.ts'
import { beginReplays, endReplays, readReplays } from '../../src/adapters/store/replay-marks.ts'
import { firstTopicId, identityOf, lastWrite, renewGeneration } from '../../src/adapters/store/store-identity.ts'
import type { Database } from '../../src/adapters/store/tables.ts'
import { writeRecords } from '../../src/adapters/store/write-records.ts'
import { personsIn } from '../../src/domain/persons-in.ts'
import { projectRecord } from '../../src/domain/project-record.ts'
import { BASE, createTopicLog, TENANT, tellStory, timeAt } from '../seed.ts'

const teresa = {
  customer: '351927482662',
  userId: 'PT.13491208655302741918',
  name: 'Teresa Gomes',
  said: 'Oh well',
  answer: 'Hello',
}
const other = { ...teresa, customer: '351910000042', userId: 'PT.99991208655302741918', name: 'Rui' }
const tenants = [TENANT]

/** What every store does, whichever database is behind it. */
export function storeSuite(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    const log = createTopicLog()
    const records = [...tellStory(teresa, log), ...tellStory(other, log)].map(({ record, role }) =>
      projectRecord(record, role),
    )
    const find = async (query: string) => searchConversations(database.read, { tenants, query, limit: 10 })

    beforeAll(async () => {
      database = await open()
      await writeRecords(database.write, records)
    })
    afterAll(async () => database?.close())

    test('takes a record once, however often and in whatever company it comes', async () => {
      const before = await countRecords(database.read)
      expect(before).toBe(records.length)
      for (const part of [records, records.slice(3, 9), records.toReversed()]) {
        const { taken } = await writeRecords(database.write, part)
        expect(taken).toEqual([])
      }
      expect(await countRecords(database.read)).toBe(before)
      const rows = await database.read.selectFrom('records').select('id').execute()
      expect(rows).toHaveLength(records.length)
    })

    test('takes an event that was published twice, at two places, once', async () => {
      const [first] = records
      if (first === undefined) throw new Error('there is a first one')
      const { taken } = await writeRecords(database.write, [{ ...first, offset: 4_711 }])
      expect(taken).toEqual([])
    })

    test('finds a conversation by each of its names, a messageId and a command id, whole', async () => {
      for (const query of [teresa.customer, `+351 927 482 662`, teresa.userId]) {
        expect(await find(query)).toMatchObject([{ matched: 'number', conversation: { customer: teresa.customer } }])
      }
      const command = `c-${teresa.customer}-1`
      expect(await find(command)).toMatchObject([{ matched: 'commandId', conversation: { customer: teresa.customer } }])
      expect(await find(messageIdOf(TENANT, command))).toMatchObject([{ matched: 'messageId' }])
      expect(await find('35192748266')).toEqual([])
      expect(
        await searchConversations(database.read, { tenants: ['globex'], query: teresa.customer, limit: 10 }),
      ).toEqual([])
    })

    test('shows the latest conversations, page by page', async () => {
      const all = await find('')
      expect(all.map(({ matched }) => matched)).toEqual(['latest', 'latest'])
      const first = all[0]?.conversation
      if (first === undefined) throw new Error('there are two')
      const rest = await searchConversations(database.read, {
        tenants,
        query: '',
        before: [first.last_at, first.id],
        limit: 10,
      })
      expect(rest).toHaveLength(1)
      expect(rest[0]?.conversation.id).not.toBe(first.id)
    })

    test('gives a conversation’s messages with all of their records, page by page', async () => {
      const [found] = await find(teresa.customer)
      const id = found?.conversation.id ?? 0
      const { entries, before } = await readTimeline(database.read, id, { limit: 10 })
      expect(before).toBeUndefined()
      expect(entries.map((entry) => entry.records.map(({ kind }) => kind))).toEqual(
        [
          ['received'],
          ['command', 'attempt', 'accepted', 'delivery', 'seen'],
          ['command', 'deadletter', 'rejected'],
        ].map((kinds) => expect.toSatisfy((got: string[]) => got.toSorted().join() === kinds.toSorted().join())),
      )
      const last = await readTimeline(database.read, id, { limit: 1 })
      expect(last.entries).toHaveLength(1)
      const rest = await readTimeline(database.read, id, { limit: 10, before: last.before })
      expect(rest.entries).toHaveLength(2)
    })

    test('lists and counts dead letters, problems and minutes', async () => {
      expect(await countByCode(database.read, 'deadletter', tenants)).toEqual([
        { tenant: TENANT, code: 'unknown_sender', count: 2 },
      ])
      const letters = await listRecords(database.read, 'deadletter', { tenants, limit: 1 })
      const more = await listRecords(database.read, 'deadletter', { tenants, limit: 5, before: letters[0]?.id })
      expect(more).toHaveLength(1)
      const span = { tenants, from: BASE, to: BASE + 3_600_000, bucketMs: 60_000 }
      const problems = await readProblems(database.read, span)
      expect(
        problems.map(({ problem, code, bucket, count }) => ({
          problem,
          code,
          bucket,
          count,
        })),
      ).toEqual([{ problem: 'rejected', code: 'unknown_sender', bucket: 0, count: 2 }])
      const minutes = await readMinutes(database.read, span)
      const received = minutes.filter(({ kind }) => kind === 'received')
      expect(received.map(({ bucket, count }) => [bucket, count])).toEqual([[0, 2]])
      expect(await readAcceptedAfter(database.read, tenants, BASE)).toEqual([2_000, 2_000])
    })

    test('lets one of many begin a replay, and whoever comes later see it', async () => {
      const at = Date.parse(timeAt(100))
      const places = ['letters/0/1', 'letters/0/2']
      const begun = await Promise.all(
        Array.from({ length: 8 }, (_, index) => beginReplays(database.write, places, { by: `user-${index}`, at })),
      )
      expect(begun.flatMap((some) => [...some]).toSorted()).toEqual(places)
      await endReplays(database.write, ['letters/0/1'], { state: 'replayed', reason: null, at })
      await endReplays(database.write, ['letters/0/2'], { state: 'left', reason: 'Kafka was away', at })
      expect([...(await readReplays(database.read, places)).values()].map(({ state }) => state).toSorted()).toEqual([
        'left',
        'replayed',
      ])
      expect([...(await beginReplays(database.write, places, { by: 'ana', at }))]).toEqual(['letters/0/2'])
    })

    test('is one store for all who open it, until it is told to be another', async () => {
      const [one, two] = await Promise.all([identityOf(database.write), identityOf(database.write)])
      expect(one).toEqual(two)
      expect(await renewGeneration(database.write)).not.toBe(one.generation)
      expect((await identityOf(database.write)).secret).toEqual(one.secret)
      expect(await firstTopicId(database.write, 'im', 'a')).toBe('a')
      expect(await firstTopicId(database.write, 'im', 'b')).toBe('a')
    })

    test('ends a session for good, and forgets it once it would be over', async () => {
      const isEnded = async () => isSessionEnded(database.read, 's-1')
      expect(await isEnded()).toBe(false)
      await endSession(database.write, 's-1', BASE + 1_000)
      await endSession(database.write, 's-1', BASE + 1_000)
      await forgetEndedSessions(database.write, BASE + 1_000)
      expect(await isEnded()).toBe(true)
      await forgetEndedSessions(database.write, BASE + 1_001)
      expect(await isEnded()).toBe(false)
    })

    test('tells since when commands wait', async () => {
      const topic = 'imchannel.outbound'
      const commands = records.filter((record) => record.topic === topic)
      const oldest = async (offset: number) =>
        readOldestWaiting(database.read, [
          { topic, partition: 0, offset },
          { topic: 'unknown', partition: 0, offset: 0 },
        ])
      expect(await oldest(0)).toEqual(new Map([[topic, Math.min(...commands.map(({ written_at: at }) => at))]]))
      expect(await oldest(1)).toEqual(new Map([[topic, commands[1]?.written_at]]))
      expect(await oldest(commands.length)).toEqual(new Map())
    })

    test('counts its writes', async () => {
      const before = await lastWrite(database.read)
      const { write } = await writeRecords(database.write, records.slice(0, 1))
      expect(write).toBe(before + 1)
      expect(await lastWrite(database.read)).toBe(write)
    })

    test('holds nothing of who was forgotten, nor where it is built anew, and all of the others', async () => {
      const gone = {
        customer: '351966666666',
        userId: 'PT.66661208655302741918',
        name: 'Ines',
        said: 'private',
        answer: 'mine',
      }
      const story = tellStory(gone, createTopicLog())
      // Of nobody’s conversation, whatever stands in it.
      const loose = { topic: 'odd', key: null, value: Buffer.from(`{"who":"+${gone.customer}","text":"${gone.said}"}`) }
      const theirs = [
        ...story.map(({ record, role }) => projectRecord({ ...record, topic: `gone.${record.topic}` }, role)),
        ...story
          .slice(0, 1)
          .map(({ record }) => ({ ...projectRecord({ ...record, ...loose, headers: {} }, 'event'), tenant: TENANT })),
      ]
      const everything = async (): Promise<string> => {
        const tables = ['conversations', 'messages', 'names', 'records'] as const
        const rows = await Promise.all(tables.map((table) => database.read.selectFrom(table).selectAll().execute()))
        // PostgreSQL’s client gives bytes as a Buffer, which has a text of its own in JSON.
        const texts = rows.flat().flatMap((row) => Object.values<unknown>(row))
        return texts.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value)).join('\n')
      }
      const traces = async (): Promise<string[]> => {
        const all = await everything()
        const wamid = theirs[0]?.message?.messageId ?? ''
        return [gone.customer, gone.userId, gone.name, gone.said, gone.answer, wamid].filter((one) => all.includes(one))
      }
      await writeRecords(database.write, theirs)
      expect(await traces()).toHaveLength(6)
      const before = await countRecords(database.read)

      const secret = 'forgets-in-the-tests-0123'
      const forgotten = createForgettings(() => [secret])
      const people = peopleOf(secret, { tenant: TENANT, names: [gone.customer, gone.userId] })
      const data = { tenant: TENANT, action: 'forget', by: 'ana', via: 'test', outcome: 'forgotten', people }
      forgotten.take(auditRecordedEvent(data, { at: timeAt(3_600), actionId: '1' }))
      const { signal } = new AbortController()
      expect(await forgetPeople(database.write, { tenant: TENANT, forgotten, signal })).toBe(theirs.length)
      expect(await traces()).toEqual([])
      const leaveOut = (record: (typeof theirs)[number]): boolean =>
        forgotten.isForgotten(personsIn(record), record.written_at)
      const { taken } = await writeRecords(database.write, [...theirs, ...records], { leaveOut })
      expect(taken).toEqual([])
      expect(await traces()).toEqual([])
      expect(await countRecords(database.read)).toBe(before)
      for (const { customer } of [teresa, other]) expect(await find(customer)).toMatchObject([{ matched: 'number' }])
      // What they write from now on is theirs again.
      const again = theirs.slice(0, 1).map((record) => ({ ...record, written_at: Date.parse(timeAt(7_200)) }))
      expect((await writeRecords(database.write, again, { leaveOut })).taken).toHaveLength(1)
      await deleteConversation(gone.customer)
    })

    async function deleteConversation(customer: string): Promise<void> {
      const forgotten = {
        forgottenUntil: ({ names }: Named) => (names.includes(customer) ? Number.MAX_SAFE_INTEGER : undefined),
        isForgotten: () => false,
      }
      await forgetPeople(database.write, { tenant: TENANT, forgotten, signal: new AbortController().signal })
    }

    test('deletes what is old, and what nothing is left of', async () => {
      const { signal } = new AbortController()
      const aDayLater = BASE + 86_400_000
      const latest = createTopicLog()
      const [young] = tellStory({ ...teresa, customer: '351933333333', userId: 'PT.1' }, latest)
      if (young === undefined) throw new Error('a story has a beginning')
      const record = projectRecord({ ...young.record, topic: 'young', timestamp: aDayLater }, 'event')
      await writeRecords(database.write, [{ ...record, at: aDayLater }])
      expect(await deleteOlderThan(database.write, aDayLater, signal)).toBe(records.length)
      expect(await find('')).toMatchObject([{ conversation: { customer: '351933333333' } }])
      expect(await find(teresa.customer)).toEqual([])
      expect(await database.read.selectFrom('messages').select('id').execute()).toHaveLength(1)
    })
  })
}
