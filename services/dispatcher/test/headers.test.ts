import { readRange } from '@imchannel/kafka'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

const odd = Buffer.from([0xff, 0x68])
const header = (name: string | Buffer, value: string | Buffer | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
})
const headers = [
  header('x-hop', 'a'),
  header(odd, odd),
  header('none', null),
  header('x-hop', 'b'),
  header('empty', ''),
  header('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  header('imchannel-attempts', '9'),
]
/** What is not the dispatcher's own. */
const kept = headers.slice(0, -1)
const isOurs = ({ name }: { name: Buffer }) => name.toString().startsWith('imchannel-')

describe('a record’s headers, repeated, without value or in any bytes', { timeout: PATIENCE_MS }, () => {
  it('are all in its dead letter, in their order, and the dispatcher’s own are there once', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    await stage.send([{ ...stage.text('acme', { id: 'bad' }), content: { type: 'nope' } }], { headers })
    const { allHeaders = [] } = await waitUntil(() => stage.deadLetters()[0])
    expect(allHeaders.slice(0, kept.length)).toEqual(kept)
    const ours = allHeaders.slice(kept.length)
    expect(ours.every(isOurs)).toBe(true)
    expect(ours.filter(({ name }) => name.toString() === 'imchannel-attempts')).toEqual([
      header('imchannel-attempts', '0'),
    ])
  })

  it('are all in its parked copy, and in the dead letter that comes of that', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    let isKeyRight = false
    const refusal = {
      status: 400,
      body: { requestError: { serviceException: { messageId: 'BAD_REQUEST', text: 'no' } } },
    }
    infobip.onSend = () => (isKeyRight ? refusal : { status: 401, body: {} })
    infobip.onOther = () => (isKeyRight ? undefined : { status: 401, body: {} })
    await stage.start()
    const to = uniqueNumber()
    await stage.send([stage.text('acme', { id: 'parked', to })], { headers })
    const { id } = stage.tenant('acme')
    const topic = `${stage.topics.outbound}.parked.${id}`
    const copy = await waitUntil(async () => {
      for await (const record of readRange(stage.client, { topic })) return record
      return undefined
    })
    expect(copy.allHeaders?.slice(0, headers.length)).toEqual(headers)
    expect(copy.allHeaders?.slice(headers.length).every(isOurs)).toBe(true)

    isKeyRight = true
    stage.configure((config) => {
      const [account] = config.tenants[id]?.accounts ?? []
      if (account !== undefined) account.apiKey = 'the-new-key'
    })
    const letter = await waitUntil(() => stage.deadLetters()[0])
    expect(letter.allHeaders?.slice(0, kept.length)).toEqual(kept)
    const names = letter.allHeaders?.slice(kept.length).map(({ name }) => name.toString()) ?? []
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => name.startsWith('imchannel-'))).toBe(true)
    expect(names).not.toContain('imchannel-parked-format')
  })
})
