import { expect, test } from 'vitest'
import { waitUntil } from './wait-until.ts'

test('gives the first value that is a fact', async () => {
  const answers = [undefined, null, false, 0]
  expect(await waitUntil(() => answers.shift())).toBe(0)
})

test('a fact that never comes is an error with what was waited for and the last error', async () => {
  const failing = waitUntil(() => Promise.reject(new Error('not there')), { timeoutMs: 10, what: 'the moon' })
  await expect(failing).rejects.toThrow(/not within 10 ms: the moon/)
  await expect(failing).rejects.toMatchObject({ cause: new Error('not there') })
})
