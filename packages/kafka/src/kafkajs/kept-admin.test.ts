import type { Admin } from 'kafkajs'
import { expect, test } from 'vitest'
import { keepAdmin } from './kept-admin.ts'

/** Says what is done with the connections of a client: `broken` ones answer nothing. */
function scriptedClient() {
  const done: string[] = []
  const broken = new Set<number>()
  let made = 0
  let refuses = false
  const admin = (): Admin => {
    const number = ++made
    const one = {
      connect: async () => {
        if (refuses) throw new Error('refused')
        done.push(`connect ${number}`)
      },
      disconnect: async () => void done.push(`disconnect ${number}`),
      listTopics: async () => {
        if (broken.has(number)) throw new Error(`lost ${number}`)
        return [`topic of ${number}`]
      },
    }
    // `as`: what is asked of it here is there.
    return one as unknown as Admin
  }
  const client = { kafkajs: { admin } } as unknown as Parameters<typeof keepAdmin>[0]
  return { client, done, broken, refuse: (now: boolean) => (refuses = now) }
}

const topics = (admin: Admin): Promise<string[]> => admin.listTopics()

test('one connection serves all questions, and is closed once', async () => {
  const { client, done } = scriptedClient()
  const admin = keepAdmin(client)
  expect(await Promise.all([admin.ask(topics), admin.ask(topics)])).toEqual([['topic of 1'], ['topic of 1']])
  expect(await admin.ask(topics)).toEqual(['topic of 1'])
  admin.close()
  await expect(admin.ask(topics)).rejects.toThrow('closed')
  expect(done).toEqual(['connect 1', 'disconnect 1'])
})

test('a lost connection is put away, and the question asked again on a new one', async () => {
  const { client, done, broken } = scriptedClient()
  const admin = keepAdmin(client)
  await admin.ask(topics)
  broken.add(1)
  expect(await admin.ask(topics)).toEqual(['topic of 2'])
  expect(done).toEqual(['connect 1', 'disconnect 1', 'connect 2'])
})

test('what a new connection cannot answer is the caller’s, and the next question begins anew', async () => {
  const { client, done, broken, refuse } = scriptedClient()
  const admin = keepAdmin(client)
  broken.add(1)
  await expect(admin.ask(topics)).rejects.toThrow('lost 1')
  refuse(true)
  await expect(admin.ask(topics)).rejects.toThrow('refused')
  refuse(false)
  expect(await admin.ask(topics)).toEqual(['topic of 3'])
  expect(done).toEqual(['connect 1', 'disconnect 1', 'disconnect 2', 'connect 3'])
})

test('a connection that is made while it is closed is closed, too', async () => {
  const { client, done } = scriptedClient()
  const admin = keepAdmin(client)
  const asked = admin.ask(topics)
  admin.close()
  await asked
  await expect.poll(() => done).toEqual(['connect 1', 'disconnect 1'])
})
