import { describe, expect, it } from 'vitest'
import { fetchesOf, named, type TraceStage } from '../trace-stage.ts'

/** No header reaches us with it: the trace is kept with the media. */
export function mediaFetch(stage: () => TraceStage): void {
  describe('the media fetch', () => {
    it('is a child of the send of the last command that used the media', async () => {
      const [first, second] = [stage().customer(), stage().customer()]
      const png = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      )
      const upload = await fetch(`${stage().system.urls['media-server']}/${stage().system.tenant}/imchannel/media`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stage().system.mediaToken}`, 'content-type': 'image/png' },
        body: png,
      })
      const { id } = (await upload.json()) as { id: string } // contract §4
      for (const number of [first, second]) {
        const sent = stage().command(number, { type: 'image', media: { id } })
        await stage().system.botSends([sent])
        await stage().seen(number)
        const spans = await stage().traceWith(
          sent.traceId,
          (all) => fetchesOf(all).length >= 4 && named(all, `process ${stage().topic('outbound')}`).length === 1,
        )
        const [send] = named(spans, `process ${stage().topic('outbound')}`)
        const servers = fetchesOf(spans).filter(({ kind }) => kind === 'server')
        expect(servers.map(({ parentSpanId }) => parentSpanId)).toEqual([send?.spanId, send?.spanId])
      }
    })
  })
}
