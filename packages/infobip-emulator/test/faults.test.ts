import { describe, expect, it } from 'vitest'
import type { FaultInput } from '../src/faults/fault.ts'
import { magicNumbers } from '../src/faults/magic-numbers.ts'
import { CUSTOMER, SCENARIO, start, type Harness } from './harness.ts'

/** What a sender sees: a status, or that the connection broke. */
async function outcome({ omni }: Harness, messageId: string, to = CUSTOMER): Promise<number | 'broken'> {
  try {
    return (await omni({ text: 'x' }, { messageId, to: { phoneNumber: to } })).status
  } catch {
    return 'broken'
  }
}

const wasTaken = ({ emulator }: Harness, messageId: string): boolean =>
  emulator.store.byMessageId(messageId).length === 1

const run = async (seed: string) => {
  const harness = await start({ seed })
  harness.emulator.addFault({ action: 'status', probability: 0.5 })
  const seen: (number | 'broken')[] = []
  for (let i = 0; i < 20; i++) seen.push(await outcome(harness, `m${i}`))
  return seen
}

describe('a fault of a request', () => {
  const cases: [fault: FaultInput, seen: number | 'broken', taken: boolean][] = [
    [{ action: 'throttle', retryAfterSeconds: 7 }, 429, false],
    [{ action: 'status', status: 500 }, 500, false],
    [{ action: 'status', status: 500, taken: true }, 500, true],
    [{ action: 'status', status: 503, retryAfterSeconds: 3 }, 503, false],
    [{ action: 'status', status: 502, body: 'html' }, 502, false],
    [{ action: 'drop' }, 'broken', true],
    [{ action: 'refuse' }, 'broken', false],
    [{ action: 'garbage' }, 200, true],
    [{ action: 'reject', statusId: 12 }, 200, false],
    [{ action: 'unknown-scenario' }, 400, false],
    [{ action: 'hang', forMs: 20 }, 200, true],
    [{ action: 'latency', delayMs: 20 }, 200, true],
  ]

  it.each(cases)('%j is seen as %s, taken: %s, and struck as often as told', async (fault, seen, taken) => {
    const harness = await start()
    harness.emulator.addFault({ ...fault, count: 1 })
    expect(await outcome(harness, 'first')).toBe(seen)
    expect(wasTaken(harness, 'first')).toBe(taken)
    expect(await outcome(harness, 'second')).toBe(200)
    expect(wasTaken(harness, 'second')).toBe(true)
  })

  it('says when to come back', async () => {
    const { emulator, omni } = await start()
    emulator.addFault({ action: 'throttle', retryAfterSeconds: 7, count: 1 })
    expect((await omni({ text: 'x' })).headers.get('retry-after')).toBe('7')
  })

  it('strikes those alone that it is meant for', async () => {
    const harness = await start()
    harness.emulator.addFault({ action: 'refuse', to: '391111' })
    harness.emulator.addFault({ action: 'status', api: 'whatsapp' })
    expect(await outcome(harness, 'a', '391111')).toBe('broken')
    expect(await outcome(harness, 'b', '392222')).toBe(200)
    expect((await harness.whatsapp('text', { text: 'x' })).status).toBe(500)
  })

  it('strikes by chance, the same way from the same seed', async () => {
    const first = await run('dice')
    expect(first).toEqual(await run('dice'))
    expect(new Set(first)).toEqual(new Set([200, 500]))
  })

  it('is added, listed and removed over HTTP, and a wrong one is explained', async () => {
    const { control } = await start()
    const { status, body } = await control('POST', 'faults', { action: 'drop', count: 2 })
    expect(status).toBe(201)
    expect((await control('GET', 'faults')).body.faults).toHaveLength(1)
    expect((await control('DELETE', `faults/${body.id}`)).status).toBe(204)
    expect((await control('GET', 'faults')).body.faults).toEqual([])
    const wrong = await control('POST', 'faults', { action: 'explode' })
    expect(wrong.status).toBe(400)
    expect(wrong.body.details).toContain('webhook-reorder')
  })
})

describe('a fault of a message', () => {
  it.each([
    [{ action: 'fail', errorId: 7003 } as const, 'undeliverable', 7003],
    [{ action: 'expire' } as const, 'expired', 5],
  ])('%j ends in its report', async (fault, state, errorId) => {
    const { emulator, omni, until } = await start()
    emulator.addFault({ ...fault, count: 1 })
    await omni({ text: 'x' }, { messageId: 'm' })
    const message = await until(() => emulator.store.byMessageId('m').find((one) => one.doneAt !== undefined))
    expect([message.state, message.error?.id]).toEqual([state, errorId])
  })

  it('stays without a report for ever where told so', async () => {
    const { emulator, receiver, omni } = await start({ clock: { running: false } })
    emulator.addFault({ action: 'stay-pending', count: 1 })
    await omni({ text: 'x' }, { messageId: 'm' })
    await emulator.advance(1e9)
    expect(receiver.to('/onDeliveryReport')).toEqual([])
  })
})

describe('magic numbers', () => {
  it.each([
    ['15550000429', 429, 200],
    ['15550000500', 500, 200],
    ['15550000503', 503, 200],
    ['15550000600', 'broken', 200],
    ['15550000601', 'broken', 200],
    ['15550000404', 400, 400],
  ] as const)('%s answers %s, then %s', async (number, first, second) => {
    const harness = await start()
    expect([await outcome(harness, 'a', number), await outcome(harness, 'b', number)]).toEqual([first, second])
  })

  it('of the two families choose the status, and the error of the report', async () => {
    const { emulator, omni, until } = await start()
    const refused = await omni({ text: 'x' }, { to: { phoneNumber: '15550010012' } })
    expect(refused.body.messages[0].status).toMatchObject({ groupId: 5, id: 12 })
    await omni({ text: 'x' }, { messageId: 'm', to: { phoneNumber: '15550027013' } })
    const message = await until(() => emulator.store.byMessageId('m').find((one) => one.doneAt !== undefined))
    expect(message.error?.id).toBe(7013)
  })

  it('are listed, each with what it does', async () => {
    const { control } = await start()
    const { body } = await control('GET', 'faults')
    expect(body.magicNumbers).toHaveLength(magicNumbers.length)
    for (const { number, what } of magicNumbers)
      expect([/^1555\d+$/.test(number), what.length > 10]).toEqual([true, true])
  })
})

describe('a request that is not well', () => {
  it.each([
    ['not JSON', '{', 400],
    ['nothing', undefined, 400],
    ['a list', [], 400],
  ])('%s is refused', async (_note, body, status) => {
    const { call } = await start()
    expect((await call('POST', '/omni/1/advanced', body)).status).toBe(status)
  })

  it('to a path that is not there is told what there is', async () => {
    const { call } = await start()
    const { status, body } = await call('POST', '/sms/3/messages', { scenarioKey: SCENARIO })
    expect(status).toBe(404)
    expect(body.requestError.serviceException.text).toContain('/_emulator/')
  })
})
