import { hasJaeger, type RecordedSpan, waitUntil } from '@imchannel/testkit'
import { beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { drawTrace } from '../draw-trace.ts'
import { fetchesOf, type TraceStage } from '../trace-stage.ts'

/** A customer asks for an image and gets it: the whole story, from any of its ends. */
export function oneConversation(stage: () => TraceStage): void {
  describe('one conversation with an image', () => {
    const paths = ['onMessage', 'onDeliveryReport', 'onSeenReport'].map((path) => `POST /{tenant}/imchannel/${path}`)
    const fetches = ['HEAD', 'GET'].map((method) => `${method} /{tenant}/imchannel/getImageMessage/{id}`)
    let story: string[]

    beforeAll(() => {
      story = [
        `imchannel-ingress: ${paths[0]}`,
        `  imchannel-ingress: send ${stage().topic('inbound')}`,
        `    echo-bot: process ${stage().topic('inbound')}`,
        `      echo-bot: answer`,
        `        echo-bot: send ${stage().topic('outbound')}`,
        `          imchannel-dispatcher: process ${stage().topic('outbound')}`,
        `            imchannel-dispatcher: POST /omni/1/advanced`,
        `              infobip-emulator: POST /omni/1/advanced`,
        `            imchannel-dispatcher: send ${stage().topic('status')}`,
        ...[paths[1], paths[2]].flatMap((path) => [
          `            imchannel-ingress: ${path}`,
          `              imchannel-ingress: send ${stage().topic('status')}`,
        ]),
        ...fetches.flatMap((fetch) => [
          `            imchannel-media-server: ${fetch}`,
          `              imchannel-media-server: send ${stage().topic('status')}`,
        ]),
      ]
    })

    it.each([
      ['message.received', 'inbound'],
      ['message.delivery', 'status'],
      ['message.seen', 'status'],
      ['media.fetched', 'status'],
    ])(
      `is one trace, from the webhook to the bot, Infobip, its media fetch and the reports, asked by %s (${hasJaeger() ? 'Jaeger' : 'a receiver in the test: no JAEGER_BIN'})`,
      async (type, name) => {
        onTestFailed(() => void process.stderr.write(stage().system.outputs()))
        const number = stage().customer()
        await stage().system.customerWrites({ from: number, name: 'Teresa Gomes', text: 'An image, please' })
        const [message] = await stage().seen(number)
        const about =
          type === 'message.received' ? number : type === 'media.fetched' ? 'GET' : (message?.messageId ?? '')
        const event = await waitUntil(
          () =>
            stage().records.find(
              ({ topic: one, headers, value, key }) =>
                one === stage().topic(name) &&
                headers['ce_type'] === `imchannel.${type}.v1` &&
                key?.endsWith(number) === true &&
                value?.toString().includes(about) === true,
            ),
          { what: `${type} of the conversation` },
        )
        const traceId = event.headers['traceparent']?.split('-')[1] ?? ''
        const spans = await stage().traceWith(traceId, (all) => all.length >= story.length, stage().store)
        expect(drawTrace(spans)).toEqual(drawTrace(treeOf(story)))
        expect(spans.filter(({ failed }) => failed)).toEqual([])
      },
    )

    it('is in the JSON lines of every service that it passes, by its trace id', async () => {
      const number = stage().customer()
      await stage().system.customerWrites({ from: number, text: 'An image, please' })
      const [message] = await stage().seen(number)
      const { messageId = '' } = message ?? {}
      const event = await waitUntil(() => stage().eventsOf('imchannel.message.seen.v1', messageId)[0])
      const traceId = event.headers['traceparent']?.split('-')[1]
      const spans = await stage().traceWith(traceId ?? '', (all) => all.length >= story.length)
      const mediaId = fetchesOf(spans)[0]?.attributes['imchannel.media.id']
      for (const [part, about, functions] of [
        ['ingress', number, ['onMessage', 'onDeliveryReport', 'onSeenReport']],
        ['dispatcher', messageId, ['sendWhatsAppImageMessage']],
        ['media-server', String(mediaId), ['onGetImageMessage']],
      ] as const) {
        const lines = stage()
          .system.process(part)
          .output()
          .split('\n')
          .filter((text) => text.includes(about))
          .map((text) => JSON.parse(text) as Record<string, string>)
        expect(new Set(lines.map((line) => line['function']))).toEqual(new Set(functions))
        for (const line of lines) {
          expect([line['service'], line['tenant'], line['trace_id']]).toEqual([part, stage().system.tenant, traceId])
          expect(spans.map(({ spanId }) => spanId)).toContain(line['span_id'])
        }
      }
    })
  })
}

/** The story's lines as spans, so that both are drawn by the same rules. */
function treeOf(lines: readonly string[]): RecordedSpan[] {
  const path: string[] = []
  return lines.map((line, index) => {
    const depth = (line.length - line.trimStart().length) / 2
    path[depth] = String(index)
    const [service = '', name = ''] = line.trim().split(/: (.*)/)
    return {
      traceId: 'story',
      spanId: String(index),
      parentSpanId: depth === 0 ? undefined : path[depth - 1],
      name,
      kind: 'internal',
      service,
      attributes: {},
      events: [],
      links: [],
      failed: false,
    }
  })
}
