import type { IncomingRecord } from '@imchannel/kafka'
import { describe, expect, it } from 'vitest'
import { createReadAlone, type Reading } from './read-alone.ts'

const reading: Reading = { outcome: 'unreadable', reason: 'for the test' }

function record(offset: string, value = '{"tenant":"acme","id":"c-1"}'): IncomingRecord {
  return { topic: 't', partition: 0, offset, key: null, value: Buffer.from(value), headers: {}, timestamp: 0 }
}

/** Marks in memory, and what was done in which order. */
function fakeMarks(begun: Record<string, number> = {}) {
  const done: string[] = []
  const names = new Map<string, Set<string>>()
  let failing: 'begin' | 'end' | undefined
  return {
    done,
    fail: (where: 'begin' | 'end' | undefined) => void (failing = where),
    begin: async ({ offset }: { offset: string }, name: string) => {
      done.push(`begin ${offset}`)
      const all = names.get(offset) ?? new Set<string>()
      names.set(offset, all.add(name))
      await new Promise((resolve) => setImmediate(resolve))
      if (failing === 'begin') throw new Error('Redis is away')
      return all.size + (begun[offset] ?? 0)
    },
    end: async ({ offset }: { offset: string }) => {
      done.push(`end ${offset}`)
      await new Promise((resolve) => setImmediate(resolve))
      if (failing === 'end') throw new Error('Redis is away')
    },
  }
}

describe('a large record', () => {
  it('is read between its marks, alone', async () => {
    const marks = fakeMarks()
    const readAlone = createReadAlone(marks, (one) => {
      marks.done.push(`read ${one.offset}`)
      return reading
    })
    await Promise.all([readAlone(record('1')), readAlone(record('2'))])
    expect(marks.done).toEqual(['begin 1', 'read 1', 'end 1', 'begin 2', 'read 2', 'end 2'])
  })

  it('is read once more after two readings that did not end, and not after that', async () => {
    const marks = fakeMarks({ 1: 1, 2: 2, 3: 2 })
    const readAlone = createReadAlone(marks, () => reading)
    expect(await readAlone(record('1'))).toBe(reading)
    expect(await readAlone(record('2'))).toMatchObject({
      outcome: 'deadly',
      subject: { tenant: 'acme', commandId: 'c-1' },
    })
    expect(await readAlone(record('3', 'no JSON'))).toEqual({ outcome: 'deadly' })
    // What kills is known to do so at the next start, too.
    expect(marks.done.filter((one) => one.startsWith('end'))).toEqual(['end 1'])
  })

  it('counts once, however often Redis does not take its marks', async () => {
    const marks = fakeMarks()
    let reads = 0
    const readAlone = createReadAlone(marks, () => (reads++, reading))
    const one = record('1')
    for (const where of ['begin', 'begin', 'begin', 'end', 'end'] as const) {
      marks.fail(where)
      await expect(readAlone(one)).rejects.toThrow('Redis is away')
    }
    marks.fail(undefined)
    expect(await readAlone(one)).toBe(reading)
    expect(reads).toBe(1)
  })
})
