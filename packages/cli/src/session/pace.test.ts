import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

test('what a stall has cost is not made up for by a burst', async () => {
  const pace = createPace(20, new AbortController().signal)
  await pace(1)
  await sleep(300)
  await pace(1)
  const at = performance.now()
  await pace(1)
  await pace(1)
  // Timers may be a millisecond early.
  expect(performance.now() - at).toBeGreaterThan(95)
})
