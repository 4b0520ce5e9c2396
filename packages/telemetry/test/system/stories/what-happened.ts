import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { drawTrace } from '../draw-trace.ts'
import { named, type TraceStage } from '../trace-stage.ts'

/** Refused, sent again, throttled, lost and found. */
export function whatHappened(stage: () => TraceStage): void {
  describe('a trace reads as what happened', () => {
    it('to a rejected command, whose dead letter keeps the trace', async () => {
      const number = stage().customer()
      await stage().system.tell('faults', { action: 'reject', statusId: 52, to: number })
      const sent = stage().command(number, { type: 'text', text: 'No' })
      await stage().system.botSends([sent])
      const letter = await waitUntil(() =>
        stage().records.find(
          (one) => one.headers['imchannel-error-code'] !== undefined && one.value?.includes(sent.id),
        ),
      )
      expect(letter.headers['traceparent']).toBe(sent.headers['traceparent'])
      const spans = await stage().traceWith(sent.traceId, (all) => all.length >= 5)
      expect(drawTrace(spans, ['imchannel.outcome', 'imchannel.code', 'http.response.status_code'])).toEqual([
        `imchannel-dispatcher: process ${stage().topic('outbound')} rejected REJECTED_DESTINATION`,
        '  imchannel-dispatcher: POST /omni/1/advanced rejected 200 failed',
        '    infobip-emulator: POST /omni/1/advanced 200',
        `  imchannel-dispatcher: send ${stage().topic('status')}`,
        `imchannel-dispatcher: send ${stage().topic('outbound.deadletter')}`,
      ])
    })

    it('to a dead letter that is sent again: its trace goes on, and it and the replay point to each other', async () => {
      const number = stage().customer()
      await stage().system.tell('faults', { action: 'reject', statusId: 14, count: 1, to: number })
      const sent = stage().command(number, { type: 'text', text: 'Once more' })
      await stage().system.botSends([sent])
      await waitUntil(() => stage().eventsOf('imchannel.message.rejected.v1', sent.id).length === 1)
      await stage().imchannel('deadletter', 'replay', '--id', sent.id, '--yes')
      await stage().seen(number)
      const [outbound, status] = [stage().topic('outbound'), stage().topic('status')]
      const story = [
        'imchannel-cli: send ' + outbound,
        `imchannel-dispatcher: process ${outbound} accepted`,
        '  imchannel-dispatcher: POST /omni/1/advanced accepted',
        '    infobip-emulator: POST /omni/1/advanced',
        `  imchannel-dispatcher: send ${status}`,
        ...['onDeliveryReport', 'onSeenReport'].flatMap((path) => [
          `  imchannel-ingress: POST /{tenant}/imchannel/${path}`,
          `    imchannel-ingress: send ${status}`,
        ]),
        `imchannel-dispatcher: process ${outbound} rejected`,
        '  imchannel-dispatcher: POST /omni/1/advanced rejected failed',
        '    infobip-emulator: POST /omni/1/advanced',
        `  imchannel-dispatcher: send ${status}`,
        `imchannel-dispatcher: send ${stage().topic('outbound.deadletter')}`,
      ]
      const spans = await stage().traceWith(sent.traceId, (all) => all.length >= story.length)
      expect(drawTrace(spans, ['imchannel.outcome']).toSorted()).toEqual(story.toSorted())
      const replayed = spans.find(({ service }) => service === 'imchannel-cli')
      const replay = (await stage().receiver.spans()).find(({ spanId }) => spanId === replayed?.links[0]?.spanId)
      expect(replay).toMatchObject({ name: 'replay dead letters', service: 'imchannel-cli', parentSpanId: undefined })
      expect(replay?.links).toEqual([{ traceId: sent.traceId, spanId: sent.spanId }])
    })

    it('to one that Infobip throttled: 429, the wait, and the next attempt', async () => {
      const number = stage().customer()
      await stage().system.tell('faults', { action: 'throttle', retryAfterSeconds: 1, count: 1, to: number })
      const sent = stage().command(number, { type: 'text', text: 'Later' })
      await stage().system.botSends([sent])
      await stage().seen(number)
      const spans = await stage().traceWith(
        sent.traceId,
        (all) => named(all, `process ${stage().topic('outbound')}`).length === 1,
      )
      const attempts = named(spans, 'POST /omni/1/advanced').filter(({ kind }) => kind === 'client')
      const shown = ['imchannel.outcome', 'http.response.status_code', 'http.request.resend_count']
      expect(attempts.map((span) => shown.map((name) => span.attributes[name]))).toEqual([
        ['throttled', 429, undefined],
        ['accepted', 200, 1],
      ])
      const [send] = named(spans, `process ${stage().topic('outbound')}`)
      const waits = (send?.events ?? []).filter(({ name }) => name === 'waited for a permit')
      expect(Math.max(...waits.map(({ attributes }) => Number(attributes['imchannel.wait_ms'])))).toBeGreaterThan(500)
    })

    it('to one whose answer was lost: the unknown attempt, the question, what the logs said', async () => {
      const number = stage().customer()
      await stage().system.tell('faults', { action: 'drop', taken: true, count: 1, to: number })
      // No report, which would tell before the logs do.
      await stage().system.tell('faults', { action: 'stay-pending', to: number })
      const sent = stage().command(number, { type: 'text', text: 'Where?' })
      await stage().system.botSends([sent])
      await waitUntil(() => stage().eventsOf('imchannel.message.accepted.v1', sent.id).length === 1)
      const spans = await stage().traceWith(
        sent.traceId,
        (all) => named(all, `process ${stage().topic('outbound')}`).length === 1,
      )
      const calls = spans.filter(({ kind, service }) => kind === 'client' && service === 'imchannel-dispatcher')
      const [attempt, ...questions] = calls
      expect(attempt).toMatchObject({ failed: true, attributes: { 'imchannel.outcome': 'unknown' } })
      expect(new Set(questions.map(({ name }) => name))).toEqual(new Set(['GET /omni/1/logs']))
      const [send] = named(spans, `process ${stage().topic('outbound')}`)
      expect(send?.attributes).toMatchObject({ 'imchannel.outcome': 'accepted' })
      expect(send?.events.map(({ name }) => name)).toContain('waits')
      const settled = send?.events.find(({ name }) => name === 'unknown outcome settled')
      expect(settled?.attributes).toEqual({ 'imchannel.reason': 'logs' })
    })
  })
}
