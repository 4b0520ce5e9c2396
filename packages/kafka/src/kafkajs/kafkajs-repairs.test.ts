import { createRequire } from 'node:module'
import { afterEach, expect, test, vi } from 'vitest'
import { createKafkaClient } from './client.ts'

interface Queue {
  pending: unknown[]
  throttledUntil: number
  scheduleCheckPendingRequests(): void
  checkPendingRequests(): void
  destroy(): void
}
// The class of kafkajs that the repair is of; CommonJS without declarations for its insides.
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
let queue: Queue | undefined
afterEach(() => queue?.destroy())

function createQueue(): Queue {
  createKafkaClient({ brokers: ['127.0.0.1:1'] }, { clientId: 'test' })
  queue = new RequestQueue({
    maxInFlightRequests: null,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'none',
    logger: quiet,
    isConnected: () => true,
  })
  return queue
}

test('an idle connection sets no timer, and Node has nothing to warn about (tulios/kafkajs#1751)', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  const idle = createQueue()
  const check = vi.spyOn(idle, 'checkPendingRequests')
  idle.scheduleCheckPendingRequests()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(check).not.toHaveBeenCalled()
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

test('what waits for a throttled connection is looked at when the time is over', async () => {
  const busy = createQueue()
  busy.throttledUntil = Date.now() + 20
  busy.scheduleCheckPendingRequests()
  await vi.waitFor(() => expect(busy.throttledUntil).toBeLessThan(Date.now()))
  const check = vi.spyOn(busy, 'checkPendingRequests')
  busy.pending = [{}]
  busy.scheduleCheckPendingRequests()
  busy.pending = []
  await vi.waitFor(() => expect(check).toHaveBeenCalled())
})
