import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFailed } from 'vitest'
import { parts, type TraceStage } from '../trace-stage.ts'

/** The last story: it stops every process, so that each sends what is left. */
export function thousandConversations(stage: () => TraceStage): void {
  describe('a thousand conversations', () => {
    const count = 1_000
    const inOneWebhook = 50

    it('leave no span without its parent, and one client span for each call', async () => {
      onTestFailed(() => void process.stderr.write(stage().system.outputs().slice(-20_000)))
      const numbers = Array.from({ length: count }, () => stage().customer())
      for (let at = 0; at < count; at += inOneWebhook) {
        const messages = numbers
          .slice(at, at + inOneWebhook)
          .map((from) => ({ from, to: stage().system.number, text: 'Hello' }))
        await stage().system.tell('inbound', { messages, together: true })
      }
      const known = new Set(numbers)
      await waitUntil(
        () => {
          const got = stage().records.filter(
            ({ headers, key }) =>
              headers['ce_type'] === 'imchannel.message.seen.v1' && known.has(key?.split(':')[2] ?? ''),
          )
          return got.length === count
        },
        { what: 'a thousand seen reports', timeoutMs: 90_000 },
      )
      // Each service sends what is left when it stops.
      await Promise.all(parts.map((part) => stage().system.process(part).stop()))
      const spans = await stage().receiver.spans()
      const ids = new Set(spans.map(({ spanId }) => spanId))
      const orphans = spans.filter(
        ({ parentSpanId: parent }) => parent !== undefined && !ids.has(parent) && !stage().foreignParents.has(parent),
      )
      expect(orphans.map(({ service, name }) => `${service}: ${name}`)).toEqual([])
      expect(ids.size).toBe(spans.length)

      const of = (service: string, kind: string) =>
        spans.filter((span) => span.service === service && span.kind === kind && span.name.startsWith('POST /omni'))
      expect(of('imchannel-dispatcher', 'client').length).toBeGreaterThanOrEqual(count)
      // Infobip's side has one request for each of them: none is counted twice, none is missing.
      const served = of('infobip-emulator', 'server').map(({ parentSpanId }) => parentSpanId)
      expect(served).toHaveLength(of('imchannel-dispatcher', 'client').length)
      expect(new Set(served)).toEqual(new Set(of('imchannel-dispatcher', 'client').map(({ spanId }) => spanId)))
    })
  })
}
