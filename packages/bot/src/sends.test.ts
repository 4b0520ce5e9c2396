import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { isOwn, replyId, sendId } from './command-id.ts'
import { OutcomeElsewhere } from './errors.ts'
import type { BotOutcome } from './outcome.ts'
import { createSends } from './sends.ts'

test('ids of sends and of replies never meet, and a bot’s are its own', () => {
  expect(sendId('shop', '1')).toBe('shop::1')
  expect(replyId('shop', 'event', 1)).toBe('shop:event:1')
  expect(replyId('shop', 'event', 'named')).toBe('shop:event:named')
  for (const id of [sendId('shop', '1'), replyId('shop', 'e', 1)]) {
    expect(isOwn('shop', id)).toBe(true)
    for (const other of ['shop2', 'sho', 's']) expect(isOwn(other, id)).toBe(false)
  }
  expect(isOwn('shop', sendId('shop2', '1'))).toBe(false)
})

test('a send that has come to its end, or that the bound has put out, is kept by nothing', () => {
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const sends = createSends(600_000)
  const before = timers.mock.calls.length
  for (let at = 0; at < 20_000; at++) {
    const commandId = `c-${at}`
    sends.track('acme', commandId)
    sends.settle({ state: at % 2 === 0 ? 'seen' : 'rejected', commandId } as BotOutcome) // what is looked at of it
  }
  for (let at = 0; at < 20_000; at++) sends.track('acme', `d-${at}`)
  // One timer for all that wait, where each once had its own.
  expect(timers.mock.calls.length - before).toBeLessThanOrEqual(2)
  timers.mockRestore()
  sends.giveUp('the test is over')
})

test('what nobody reports is given up in its time, each its own', async () => {
  const sends = createSends(200)
  const first = sends.track('acme', 'first')
  await sleep(50)
  const second = sends.track('acme', 'second')
  const ended: string[] = []
  await Promise.all(
    [first, second].map((sent) =>
      sent.delivered.catch((error: unknown) => {
        expect(error).toBeInstanceOf(OutcomeElsewhere)
        ended.push(sent.commandId)
      }),
    ),
  )
  expect(ended).toEqual(['first', 'second'])
})
