import { createFaultProxy, testStack, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'

const liveness = async ({ url }: { url: string }): Promise<number> => (await fetch(`${url}/livez`)).status

describe('redis out of reach of one of two dispatchers', { timeout: PATIENCE_MS }, () => {
  it('has that one say that it should be replaced, and the other one send', async () => {
    const redisUrl = new URL(testStack().redisUrl)
    const way = await createFaultProxy({ host: redisUrl.hostname, port: Number(redisUrl.port) })
    onTestFinished(() => way.close())
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, partitions: 4 })
    const cut = await stage.spawn({ REDIS_URL: `redis://${way.address}` })
    const well = await stage.spawn()
    const sendMore = async (): Promise<void> => {
      const to = uniqueNumber()
      await stage.send([stage.text('acme', { to })], { key: to })
    }
    // Both have partitions.
    await waitUntil(async () => {
      await sendMore()
      return [cut, well].every((one) => one.output().includes('[sendMessage] request to'))
    })
    way.freeze()
    await waitUntil(async () => {
      await sendMore()
      return (await liveness(cut)) === 503
    })
    expect(await liveness(well)).toBe(200)
    // What an orchestrator does.
    await cut.stop()
    const last = stage.text('acme', { id: 'last' })
    await stage.send([last])
    await stage.outcomesOf(['last'])
  })
})
