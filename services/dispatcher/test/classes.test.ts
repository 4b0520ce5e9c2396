import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import type { CommandInput } from '@imchannel/events'
import { topicOffsets } from '@imchannel/kafka'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'
import type { ScriptedInfobip, SeenRequest } from './support/scripted-infobip.ts'
import type { Stage } from './support/stage.ts'

const PER_SECOND = 30
const BULK = 400
/** Replies are among the first of what is sent, and by far: bulk goes at the sender's pace beside them. */
const MOST_BULK_BEFORE = 280

/** One sender, one partition: a campaign, and replies to customers who are not in it and to some near its end. */
async function setScene() {
  const infobip = await useInfobip()
  const stage = await useStage({
    tenants: { acme: infobip.url },
    sender: { messagesPerSecond: PER_SECOND },
    settings: { maxWaiting: 50 },
  })
  const bulk = texts(stage, 'bulk', BULK)
  const near = bulk.slice(-20, -5).map(({ to }) => String(to))
  const replies = [
    ...texts(stage, 'reply', 15),
    ...near.map((to, at) => stage.text('acme', { id: `second-${at}`, to, text: `second-${at}`, class: 'reply' })),
  ]
  return { infobip, stage, bulk, replies }
}

/** Texts to customers of their own, named for their class, which they say unless told otherwise. */
function texts(stage: Stage, name: 'bulk' | 'reply', count: number, says: object = { class: name }): CommandInput[] {
  return Array.from({ length: count }, (_, at) => {
    const id = `${name}-${at}`
    return stage.text('acme', { id, text: id, to: uniqueNumber(), ...says })
  })
}

const idsOf = (commands: readonly CommandInput[]): string[] => commands.map(({ id }) => String(id))

/** Of these requests, how many of the campaign were made before the last reply, those of the replied customers' aside. */
function bulkBeforeLastReply(requests: readonly SeenRequest[], replies: readonly CommandInput[]): number {
  const replied = new Set(replies.map(({ to }) => String(to)))
  const last = requests.findLastIndex(({ text = '' }) => !text.startsWith('bulk'))
  return requests.slice(0, last).filter(({ to = '' }) => !replied.has(to)).length
}

/** Each command once, and those of one customer in their order. */
function expectOnceInOrder(infobip: ScriptedInfobip, commands: readonly CommandInput[]): void {
  expect(new Set(infobip.accepted).size).toBe(commands.length)
  expect(infobip.accepted).toHaveLength(commands.length)
  const accepted = new Set(infobip.accepted)
  const sent = infobip.sends().filter(({ messageId = '' }) => accepted.has(messageId))
  for (const to of new Set(commands.map((one) => String(one.to)))) {
    const texts = [...new Set(sent.filter((one) => one.to === to).map(({ text }) => text))]
    expect(texts).toEqual(commands.filter((one) => String(one.to) === to).map(({ id }) => id))
  }
}

describe('classes', { timeout: PATIENCE_MS }, () => {
  it('let replies go before a campaign that stands before them in their partition, and before that what is of their customers', async () => {
    const { infobip, stage, bulk, replies } = await setScene()
    await stage.start()
    await stage.send([...bulk, ...replies])
    await stage.outcomesOf(idsOf([...bulk, ...replies]))
    expect(bulkBeforeLastReply(infobip.sends(), replies)).toBeLessThan(MOST_BULK_BEFORE)
    expectOnceInOrder(infobip, [...bulk, ...replies])
  })

  it('do so after a restart, while the campaign waits in its parked topic', async () => {
    const { infobip, stage, bulk, replies } = await setScene()
    const first = await stage.start()
    await stage.send(bulk)
    await waitUntil(() => infobip.accepted.length >= 20)
    await first.stop()
    await stage.send(replies)
    const before = infobip.sends().length
    await stage.start()
    await stage.outcomesOf(idsOf([...bulk, ...replies]))
    expect(bulkBeforeLastReply(infobip.sends().slice(before), replies)).toBeLessThan(MOST_BULK_BEFORE)
    expectOnceInOrder(infobip, [...bulk, ...replies])
  })

  it('do so when an account is back that was out of service, with all of its commands parked', async () => {
    const { infobip, stage, bulk, replies } = await setScene()
    let away = true
    infobip.onSend = () => (away ? { status: 401 } : undefined)
    infobip.onOther = () => (away ? { status: 401 } : undefined)
    await stage.start()
    await stage.send([...bulk.slice(0, -1), ...replies, ...bulk.slice(-1)])
    const parked = `${stage.topics.outbound}.parked.${stage.tenant('acme').id}`
    await waitUntil(async () => (await endOf(stage, parked)) >= BULK, { what: 'copies of what waits' })
    const before = infobip.sends().length
    away = false
    await stage.outcomesOf(idsOf([...bulk, ...replies]))
    expect(bulkBeforeLastReply(infobip.sends().slice(before), replies)).toBeLessThan(MOST_BULK_BEFORE)
    expectOnceInOrder(infobip, [...bulk, ...replies])
  })

  it('are a topic’s where a command names none', async () => {
    const { infobip, stage } = await setScene()
    const [campaigns, plain] = [`${stage.topics.outbound}.campaigns`, stage.topics.outbound]
    stage.configure((config) => {
      config.topics.outbound = [plain, { name: campaigns, class: 'bulk' }]
    })
    await stage.start()
    const unnamed = texts(stage, 'bulk', 100, {})
    await stage.send(unnamed, { topic: campaigns })
    await waitUntil(() => infobip.accepted.length > 0)
    const others = texts(stage, 'reply', 15, {})
    await stage.send(others)
    await stage.outcomesOf(idsOf([...unnamed, ...others]))
    expect(bulkBeforeLastReply(infobip.sends(), others)).toBeLessThan(unnamed.length)
    expectOnceInOrder(infobip, [...unnamed, ...others])
  })
})

async function endOf(stage: Stage, topic: string): Promise<number> {
  const offsets = await topicOffsets(stage.client, topic).catch(() => [])
  return Number(offsets.reduce((sum, { high }) => sum + high, 0n))
}
