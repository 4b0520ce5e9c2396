import { setTimeout as sleep } from 'node:timers/promises'
import { conversationKey } from '@imchannel/events'
import { createProducer, ensureTopics } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { withAdmin } from '../../packages/kafka/src/kafkajs/admin.ts'
import { markOf } from './book.ts'
import type { Book } from './book.ts'
import { readEvents } from './remains.ts'
import { PREFIX, RENEWED_TOPIC } from './system.ts'
import { sendersOf } from './tenants.ts'

const TENANT = 'delta'
const COMMANDS = 10
const AGAIN_MS = 500
/** Longer than the drain: what has no outcome by then has none. */
const PATIENCE_MS = 150_000

/**
 * Fills a command topic, waits for the outcomes, has the topic deleted and made anew under its name, and fills it again: with
 * other commands, at places that were finished before.
 */
export async function renewTopic(round: number, { client, book }: { client: KafkaClient; book: Book }): Promise<void> {
  const [from = ''] = sendersOf(TENANT)
  const to = String(39_400_000_000 + round)
  const key = conversationKey({ tenant: TENANT, business: from, customer: to })
  const ids = Array.from({ length: 2 * COMMANDS }, (_, index) => `c.anew.${round}.${index}`)

  async function write(first: number): Promise<void> {
    const producer = createProducer(client)
    const records = ids.slice(first, first + COMMANDS).map((id) => {
      const content = { type: 'text', text: `hello ${markOf(id)}` }
      return { topic: RENEWED_TOPIC.name, key, value: JSON.stringify({ id, tenant: TENANT, from, to, content }) }
    })
    while (!(await producer.publish(records)).every(({ kind }) => kind === 'stored')) await sleep(AGAIN_MS)
    await producer.close()
    for (const [place, id] of ids.entries()) {
      if (place < first || place >= first + COMMANDS) continue
      book.note({ kind: 'command', at: Date.now(), id, conversation: key, index: place })
    }
  }

  await write(0)
  const status = readEvents(client, `${PREFIX}.status`)
  const deadline = Date.now() + PATIENCE_MS
  const isOpen = (id: string): boolean =>
    !status.events.some(({ commandId, type }) => commandId === id && /\.(accepted|rejected|expired)\.v1$/.test(type))
  while (ids.slice(0, COMMANDS).some(isOpen) && Date.now() < deadline) {
    await sleep(AGAIN_MS)
    await status.readMore().catch(() => undefined)
  }
  await untilDone(() => withAdmin(client, (admin) => admin.deleteTopics({ topics: [RENEWED_TOPIC.name] })), deadline)
  // A broker has forgotten it a moment after it says so.
  await untilDone(() => ensureTopics(client, [RENEWED_TOPIC]), deadline)
  await write(COMMANDS)
}

/** Kafka may be dead, or busy with the deletion. */
async function untilDone(work: () => Promise<unknown>, deadline: number): Promise<void> {
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(AGAIN_MS)
    }
  }
}
