import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Admission, type Admitted, createAdmission } from './admission.ts'

const MIB = 1024 * 1024
const webhook = 190_000

afterEach(() => vi.useRealTimers())

function admissionWith({ memory = 256 * MIB, isReady = true, deadlineMs = 5_000 } = {}) {
  const clock = { ms: 0 }
  const state = { isReady }
  const admission = createAdmission({
    memory: () => memory,
    deadlineMs: () => deadlineMs,
    isReady: () => state.isReady,
    now: () => clock.ms,
  })
  return { admission, clock, state }
}

/** Lets in as many as there is room for; they wait for their turn with their bodies. */
function fill(admission: Admission, tenant: string, deadlineAt = 5_000): { admitted: Admitted[]; begun: Admitted[] } {
  const admitted: Admitted[] = []
  const begun: Admitted[] = []
  for (let next = admission.enter(tenant, webhook); next !== undefined; next = admission.enter(tenant, webhook)) {
    const one = next
    if (!one.take(webhook)) {
      one.leave(false)
      break
    }
    admitted.push(one)
    void one.turn(deadlineAt).then((isInTime) => isInTime && begun.push(one))
  }
  return { admitted, begun }
}

/** More turns of the event loop than all that there is room for takes to begin. */
async function settled(): Promise<void> {
  for (let turns = 100; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
}

describe('admission', () => {
  it('lets in what would be done in time, and refuses the next at its headers', () => {
    const { admission } = admissionWith()
    // 2,000 bytes a millisecond for two seconds, of which one tenant has three quarters.
    expect(fill(admission, 'a').admitted).toHaveLength(15)
    expect(admission.enter('a', webhook)).toBeUndefined()
  })

  it('leaves room for another tenant, also while Kafka does not answer', () => {
    const { admission, state } = admissionWith()
    fill(admission, 'loud')
    expect(admission.enter('quiet', webhook)).toBeDefined()
    state.isReady = false
    expect(admission.enter('loud', 500)).toBeUndefined()
    expect(admission.enter('other', webhook)).toBeDefined()
  })

  it('begins a bounded amount, and more as work is done', async () => {
    const { admission } = admissionWith()
    const { begun } = fill(admission, 'a')
    await settled()
    const before = begun.length
    expect(before).toBeGreaterThan(0)
    expect(before * webhook).toBeLessThan(1_500_000)
    begun[0]?.leave(true)
    await settled()
    expect(begun).toHaveLength(before + 1)
  })

  it('goes on beside the largest webhook', async () => {
    const { admission } = admissionWith()
    const largest = admission.enter('a', 30 * MIB)
    expect(largest?.take(30 * MIB)).toBe(true)
    expect(await largest?.turn(5_000)).toBe(true)
    const small = admission.enter('b', 500)
    expect(small?.take(500)).toBe(true)
    expect(await small?.turn(5_000)).toBe(true)
  })

  it('refuses what waits and could not end in time any more, though nothing else ends', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] })
    const { admission, clock } = admissionWith()
    const { admitted, begun } = fill(admission, 'a')
    const last = admitted.at(-1)
    const late = last?.turn(5_000)
    await settled()
    expect(begun).not.toContain(last)
    clock.ms = 4_900
    vi.advanceTimersByTime(100)
    expect(await late).toBe(false)
  })

  it('counts memory by what a body becomes, and gives all of it back', () => {
    const { admission } = admissionWith({ memory: 8 * MIB })
    const one = admission.enter('a', 900_000)
    expect([one?.take(900_000), one?.take(200_000)]).toEqual([true, false])
    expect(admission.used()).toBeGreaterThan(8 * 900_000)
    one?.leave(false)
    expect(admission.used()).toBe(0)
  })
})
