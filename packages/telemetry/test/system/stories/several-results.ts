import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { named, type TraceStage } from '../trace-stage.ts'

/** One webhook, many traces. */
export function severalResults(stage: () => TraceStage): void {
  describe('a webhook with several results', () => {
    it('starts a trace for each inbound one, linked both ways', async () => {
      const numbers = [stage().customer(), stage().customer(), stage().customer()]
      const messages = numbers.map((from) => ({ from, to: stage().system.number, text: 'together' }))
      await stage().system.tell('inbound', { messages, together: true })
      await Promise.all(numbers.map((number) => stage().seen(number)))
      const results = await waitUntil(async () => {
        const spans = await stage().receiver.spans()
        const webhook = spans.find(({ attributes }) => attributes['imchannel.results'] === 3)
        const linked = webhook?.links.map((link) => spans.find(({ spanId }) => spanId === link.spanId))
        return linked?.every((span) => span !== undefined) === true && webhook && { webhook, linked }
      })
      const { webhook, linked } = results
      expect(linked).toHaveLength(3)
      expect(new Set(linked.map((span) => span?.traceId)).add(webhook.traceId).size).toBe(4)
      for (const span of linked) {
        expect(span).toMatchObject({ name: 'webhook result', parentSpanId: undefined })
        expect(span?.links).toEqual([{ traceId: webhook.traceId, spanId: webhook.spanId }])
      }
    })

    it('joins each report to its send, linked both ways', async () => {
      const numbers = [stage().customer(), stage().customer()]
      const sends = numbers.map((number) => stage().command(number, { type: 'text', text: 'Hello' }))
      await stage().system.botSends(sends)
      const sent = await Promise.all(numbers.map((number) => stage().seen(number)))
      const reports = sent.map(([message], index) => ({
        messageId: message?.messageId,
        to: numbers[index],
        doneAt: '2025-02-27T15:45:01.000+0000',
        status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' },
        channel: 'WHATSAPP',
      }))
      const credentials = Buffer.from(`infobip:${stage().system.secrets.webhookPassword}`).toString('base64')
      const answer = await fetch(`${stage().system.urls.ingress}/${stage().system.tenant}/imchannel/onDeliveryReport`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${credentials}`,
          'content-type': 'application/json',
          // From outside: not taken.
          traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
        },
        body: JSON.stringify({ results: reports }),
      })
      expect(answer.status).toBe(200)
      for (const { traceId } of sends) {
        // Spans are exported as they end, by two processes: the report's may be there before the send's.
        const spans = await stage().traceWith(
          traceId,
          (all) =>
            all.some(({ links }) => links.length === 1) &&
            named(all, `process ${stage().topic('outbound')}`).length === 1,
        )
        const [send] = named(spans, `process ${stage().topic('outbound')}`)
        const report = spans.find(({ links }) => links.length === 1)
        expect(report).toMatchObject({ name: `send ${stage().topic('status')}`, parentSpanId: send?.spanId })
        // The webhook's span ends after those of its results, so it may be exported later.
        const webhook = await waitUntil(async () =>
          (await stage().receiver.spans()).find(({ spanId }) => spanId === report?.links[0]?.spanId),
        )
        expect(webhook).toMatchObject({ kind: 'server', parentSpanId: undefined })
        expect(webhook.links).toContainEqual({ traceId, spanId: send?.spanId })
      }
      expect((await stage().receiver.spans()).filter((span) => span.traceId === 'ab'.repeat(16))).toEqual([])
    })
  })
}
