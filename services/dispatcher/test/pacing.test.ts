import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'
import type { SeenRequest } from './support/scripted-infobip.ts'

/** How fast requests came. A late first one makes it seem faster than it was: half a second is let pass for that. */
function perSecond(requests: readonly SeenRequest[]): number {
  const times = requests.map(({ at }) => at)
  return (requests.length - 1) / ((Math.max(...times) - Math.min(...times)) / 1_000 + 0.5)
}

describe('pacing', { timeout: PATIENCE_MS }, () => {
  it('holds a sender to its messages a second over all instances, while another sender’s go their own pace', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url, globex: infobip.url },
      partitions: 4,
      sender: { messagesPerSecond: 20 },
    })
    await Promise.all([stage.start(), stage.start()])
    const paced = Array.from({ length: 80 }, (_, at) => stage.text('acme', { id: `paced-${at}` }))
    const others = Array.from({ length: 20 }, (_, at) => stage.text('globex', { id: `other-${at}` }))
    for (const command of [...paced, ...others]) await stage.send([command], { key: String(command.to) })
    await stage.outcomesOf([...paced, ...others].map(({ id }) => String(id)))
    const from = (tenant: string) =>
      infobip.sends().filter(({ body }) => JSON.stringify(body).includes(`scenario-of-${stage.tenant(tenant).id}`))
    expect(from('acme')).toHaveLength(80)
    expect(perSecond(from('acme'))).toBeLessThanOrEqual(20)
    // At the pace of one sender for both the others would have come last.
    const last = Math.max(...from('globex').map(({ at }) => at))
    expect(from('acme').filter(({ at }) => at > last).length).toBeGreaterThan(0)
  })

  it('spaces what goes to one customer where a pair limit is set, and lets other customers pass', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, sender: { pairPerSecond: 2 } })
    await stage.start()
    const customer = uniqueNumber()
    const pair = Array.from({ length: 6 }, (_, at) => stage.text('acme', { id: `pair-${at}`, to: customer }))
    const others = Array.from({ length: 20 }, (_, at) => stage.text('acme', { id: `other-${at}` }))
    await stage.send([...pair, ...others])
    await stage.outcomesOf([...pair, ...others].map(({ id }) => String(id)))
    const times = infobip
      .sends()
      .filter(({ to }) => to === customer)
      .map(({ at }) => at)
    expect(times).toHaveLength(6)
    // Six with half a second between two take two and a half; the first may arrive late.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(2_000)
    const passed = infobip.sends().filter(({ to, at }) => to !== customer && at < Math.max(...times))
    expect(passed).toHaveLength(20)
  })

  it('keeps reading receipts to ten a second over all instances, and messages out of it', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, partitions: 4 })
    await Promise.all([stage.start(), stage.start()])
    const { id: tenant, number: from } = stage.tenant('acme')
    const reads = Array.from({ length: 40 }, (_, at) => ({
      id: `read-${at}`,
      type: 'imchannel.message.read.v1',
      tenant,
      from,
      messageId: `wamid.${at}`,
    }))
    const texts = Array.from({ length: 40 }, (_, at) => stage.text('acme', { id: `text-${at}` }))
    for (const [at, read] of reads.entries()) await stage.send([read], { key: `key ${at}` })
    for (const text of texts) await stage.send([text], { key: String(text.to) })
    await stage.outcomesOf(texts.map(({ id }) => String(id)))
    const receipts = () => infobip.requests().filter(({ path }) => path.endsWith('/read'))
    await waitUntil(() => receipts().length === 40, { timeoutMs: 60_000, what: 'all receipts' })
    expect(perSecond(receipts())).toBeLessThanOrEqual(10)
  })

  it('asks the logs twice a second at most over all instances, for many messages at once', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, partitions: 4, account: { unknownAfterMs: 4_000 } })
    // All are taken and none is answered, and the logs take their time to show them.
    const takenAt = new Map<string, number>()
    infobip.onSend = (request) => {
      infobip.accept(request)
      takenAt.set(request.messageId ?? '', performance.now())
      return 'drop'
    }
    infobip.logsShow = (messageId) => performance.now() - (takenAt.get(messageId) ?? 0) > 3_000
    await Promise.all([stage.start(), stage.start()])
    const commands = Array.from({ length: 4 }, (_, at) => stage.text('acme', { id: `unknown-${at}` }))
    for (const command of commands) await stage.send([command], { key: String(command.to) })
    const outcomes = await stage.outcomesOf(commands.map(({ id }) => String(id)))
    expect(outcomes.every(({ how }) => how === 'accepted')).toBe(true)
    const questions = infobip.requests('/omni/1/logs')
    expect(questions.length).toBeGreaterThan(1)
    expect(perSecond(questions)).toBeLessThanOrEqual(2)
    expect(infobip.sends()).toHaveLength(4)
  })
})
