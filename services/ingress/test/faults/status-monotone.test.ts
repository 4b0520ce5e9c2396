import { computeState, rank, stateOf, type Observation } from '@imchannel/events'
import { type IncomingRecord } from '@imchannel/kafka'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { startIngress, type TestIngress } from '../support/start-ingress.ts'
import { deliveryReport, post, seenReport, webhookOf } from '../support/webhooks.ts'

const prefix = uniqueName('ingress')
let reader: TopicReader
let instances: [TestIngress, TestIngress]

beforeAll(async () => {
  reader = await readTopics(prefix)
  instances = [await startIngress({ prefix }), await startIngress({ prefix })]
})

afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop()))
  await reader[Symbol.asyncDispose]()
})

function report(messageId: string, status: { groupId: number; id: number }, minute: number): string {
  const done = `2025-02-27T15:${minute}:00.000+0000`
  return JSON.stringify({ ...JSON.parse(deliveryReport(messageId)), status: { ...status, name: 'N' }, doneAt: done })
}

/** What a consumer makes of an event of `imchannel.status`. */
function observe(record: IncomingRecord): Observation {
  // `as`: the fields that both kinds of reports have.
  const { status, doneAt, seenAt } = dataOf(record) as {
    status?: { groupId: number; id: number }
    doneAt?: string
    seenAt?: string
  }
  return status === undefined ? { state: 'seen', at: seenAt } : { state: stateOf(status), status, at: doneAt }
}

const eventsOf = (messageId: string) => reader.records.filter((record) => headerOf(record, 'ce_subject') === messageId)

describe('status-monotone', () => {
  it('whatever the order and number in which reports come, no event takes the state back, and it ends where it should', async () => {
    const ids = Array.from({ length: 30 }, () => uniqueName('monotone'))
    const results = ids.flatMap((id, index) => {
      const reports = [
        report(id, { groupId: 1, id: 7 }, 41),
        report(id, { groupId: 3, id: 2 }, 42),
        report(id, { groupId: 3, id: 5 }, 43),
        seenReport(id),
      ]
      // Each message gets them in another order; every report comes three times.
      const turned = [...reports.slice(index % 4), ...reports.slice(0, index % 4)]
      return [...(index % 8 < 4 ? turned : turned.toReversed()), ...reports, ...turned].map((one) => ({ id, one }))
    })
    // One after another for each message, or their order would be chance; the messages together.
    await Promise.all(
      ids.map(async (id) => {
        const own = results.filter((result) => result.id === id)
        for (const [index, { one }] of own.entries()) {
          expect((await post(instances[index % 2]?.url ?? '', webhookOf(one))).status).toBe(200)
        }
      }),
    )
    await waitUntil(() => ids.every((id) => eventsOf(id).length >= 4))
    for (const id of ids) {
      const events = eventsOf(id)
      expect(events).toHaveLength(4)
      let highest = 0
      events.forEach((event, index) => {
        const so = computeState(events.slice(0, index + 1).map(observe))
        expect(rank(so?.state ?? 'unknown')).toBeGreaterThanOrEqual(highest)
        highest = rank(so?.state ?? 'unknown')
      })
      expect(computeState(events.map(observe))?.state).toBe('seen')
      // What each event says of itself is what the function makes of it.
      for (const event of events.filter((one) => headerOf(one, 'ce_type') === 'imchannel.message.delivery.v1')) {
        expect(dataOf(event)['rank']).toBe(rank(observe(event).state))
      }
    }
  })

  it('a delivery that is later than an expiry wins over it, whichever report comes first', async () => {
    const ids = [uniqueName('expired'), uniqueName('expired')]
    for (const [turn, id] of ids.entries()) {
      const reports = [report(id, { groupId: 4, id: 15 }, 41), report(id, { groupId: 3, id: 5 }, 43)]
      for (const one of turn === 0 ? reports : reports.toReversed()) {
        expect((await post(instances[0].url, webhookOf(one), { path: 'onDeliveryReport' })).status).toBe(200)
      }
    }
    await waitUntil(() => ids.every((id) => eventsOf(id).length === 2))
    for (const id of ids) expect(computeState(eventsOf(id).map(observe))?.state).toBe('delivered')
  })
})
