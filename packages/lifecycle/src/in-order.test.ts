import { describe, expect, it } from 'vitest'
import { inOrder } from './in-order.ts'
import type { Service } from './service.ts'

function recorded(journal: string[], name: string, failing: 'start' | 'stop' | 'never' = 'never'): Service {
  const act = (verb: 'start' | 'stop') => async () => {
    journal.push(`${verb} ${name}`)
    if (failing === verb) throw new Error(`${name} cannot ${verb}`)
  }
  return { start: act('start'), stop: act('stop') }
}

describe('inOrder', () => {
  it('stops in reverse order of start, once', async () => {
    const journal: string[] = []
    const all = inOrder(recorded(journal, 'a'), recorded(journal, 'b'))
    await all.start()
    await Promise.all([all.stop(), all.stop()])
    expect(journal).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('stops only what had begun after a failed start', async () => {
    const journal: string[] = []
    const all = inOrder(recorded(journal, 'a'), recorded(journal, 'b', 'start'), recorded(journal, 'c'))
    await expect(all.start()).rejects.toThrow('b cannot start')
    await all.stop()
    expect(journal).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('stops the rest although one stop fails, and says so', async () => {
    const journal: string[] = []
    const all = inOrder(recorded(journal, 'a'), recorded(journal, 'b', 'stop'))
    await all.start()
    await expect(all.stop()).rejects.toThrow('b cannot stop')
    expect(journal).toContain('stop a')
  })
})
