import { uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type * as ReportEvents from '../../src/domain/to-report-event.ts'
import { dataOf, headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { startIngress, type TestIngress } from '../support/start-ingress.ts'
import { deliveryReport, post, seenReport, textMessage, webhookOf } from '../support/webhooks.ts'

// A bug that one seen report meets.
vi.mock('../../src/domain/to-report-event.ts', async (importOriginal) => {
  const original = await importOriginal<typeof ReportEvents>()
  const toSeenEvent: typeof original.toSeenEvent = (report, ...rest) => {
    if (report.messageId.startsWith('throws')) throw new TypeError('a bug')
    return original.toSeenEvent(report, ...rest)
  }
  return { ...original, toSeenEvent }
})

const prefix = uniqueName('ingress')
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

describe('handler-throws: of a webhook one of whose results cannot be handled', () => {
  it('that one is set aside whole, every other goes its way, and the answer is 200 each time it comes', async () => {
    const ids = {
      message: uniqueName('m'),
      throws: uniqueName('throws'),
      delivery: uniqueName('d'),
      seen: uniqueName('s'),
    }
    const bad = seenReport(ids.throws)
    const body = webhookOf(textMessage(ids.message), bad, deliveryReport(ids.delivery), seenReport(ids.seen))
    for (let time = 0; time < 2; time++) expect((await post(ingress.url, body)).status).toBe(200)
    const good = new Set([ids.message, ids.delivery, ids.seen])
    await reader.take((record) => good.has(headerOf(record, 'ce_subject') ?? ''), 3)
    const [aside] = await reader.take((record) => record.topic === `${prefix}.unrecognised`, 1)
    expect(aside && dataOf(aside)).toMatchObject({
      code: 'internal_error',
      reason: 'handling it threw: TypeError: a bug',
      raw: JSON.parse(bad) as object,
    })
    expect(reader.records).toHaveLength(4)
    expect(ingress.lines.filter((line) => line.includes('a result was set aside'))).toHaveLength(2)
    expect(await ingress.metrics()).toMatch(/^imchannel_handler_failures_total\{tenant="acme"\} 2$/m)
  })
})
