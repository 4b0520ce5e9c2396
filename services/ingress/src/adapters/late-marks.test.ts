import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import type { SendLookup } from '../webhook/look-up.ts'
import { createLateMarks } from './late-marks.ts'

function setUp({ most = 1_000 } = {}) {
  const marked: string[] = []
  const dropped: number[] = []
  let isAway = true
  const sends: SendLookup = {
    findByMessageIds: async (tenant, ids, options) => {
      if (isAway) throw new Error('away')
      if (options?.markSeen === true) marked.push(...ids.map((id) => `${tenant} ${id}`))
      return new Map()
    },
  }
  const marks = createLateMarks(sends, { onDropped: (count) => dropped.push(count), pauseMs: 1, most })
  const report = (tenant: string, ...ids: string[]): Promise<unknown> =>
    marks.findByMessageIds(tenant, ids, { markSeen: true }).catch(() => undefined)
  return { marks, report, marked, dropped, comeBack: () => (isAway = false) }
}

describe('reports that come while Redis is away', () => {
  it('are marked once it is back, each once', async () => {
    const { marks, report, marked, comeBack } = setUp()
    await report('acme', 'a', 'b')
    await report('globex', 'a')
    await report('acme', 'b')
    expect(marks.waiting()).toBe(3)
    comeBack()
    await waitUntil(() => marks.waiting() === 0)
    expect(marked.toSorted()).toEqual(['acme a', 'acme b', 'globex a'])
  })

  it('are tried once more when the service ends', async () => {
    const { marks, report, marked, comeBack } = setUp()
    await report('acme', 'a')
    comeBack()
    await marks.close()
    expect(marked).toContain('acme a')
  })

  it('are bounded, and what is dropped is told', async () => {
    const { marks, report, dropped } = setUp({ most: 2 })
    await report('acme', 'a', 'b', 'c', 'd')
    expect([marks.waiting(), dropped]).toEqual([2, [2]])
    await marks.close()
  })

  it('leaves nothing behind of a look-up that marks nothing', async () => {
    const { marks } = setUp()
    await marks.findByMessageIds('acme', ['a']).catch(() => undefined)
    expect(marks.waiting()).toBe(0)
  })
})
