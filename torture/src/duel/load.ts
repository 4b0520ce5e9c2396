import { setTimeout as sleep } from 'node:timers/promises'
import { conversationKey } from '@imchannel/events'
import { createProducer, readRange } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { createRandom } from '@imchannel/testkit'
import type { Random } from '@imchannel/testkit'
import { type Contender, NUMBER, TENANT } from './contender.ts'
import type { Books, Given } from './score.ts'

/** A bot that writes commands and customers that write messages, to one contender, and the books of both. */
export interface Load {
  readonly books: Books
  /** Reads what came into Kafka since. */
  look(): Promise<void>
  /** Resolves once what was begun is confirmed. */
  stop(): Promise<void>
  /** Ends at once, whatever is not confirmed. */
  abandon(): void
}

export interface LoadOptions {
  readonly client: KafkaClient
  readonly seed: number
  /** Commands a second; half as many customers' messages come with them. */
  readonly rate: number
  /** Of its topics. */
  readonly partitions: number
}

/**
 * As few commands in each as customers get. What an emptied Redis puts in doubt is looked into one after the other within a
 * conversation, up to half a minute each: with twelve conversations both took many minutes to finish.
 */
const CONVERSATIONS = 240
const LONGEST_BURST = 4
const AGAIN_MS = 300
const WEBHOOK_MS = 10_000
/** A reading that a broker's death left hanging is begun anew by the next. */
const LOOK_MS = 30_000

/** Both get the same: the seed decides what is written, not what became of the one before. */
export function startLoad(contender: Contender, { client, seed, rate, partitions }: LoadOptions): Load {
  const producer = createProducer(client)
  const commands: Given[] = []
  const messages: Given[] = []
  const events: { messageId: string; eventId: string }[] = []
  const customers = Array.from({ length: CONVERSATIONS }, (_, index) => {
    const customer = String(39_310_000_000 + index)
    return { customer, key: conversationKey({ tenant: TENANT, business: NUMBER, customer }), sent: 0, received: 0 }
  })
  const pickFrom = (random: Random): (typeof customers)[number] => {
    const one = customers[random.between(0, CONVERSATIONS - 1)]
    if (one === undefined) throw new RangeError('there are as many customers as conversations')
    return one
  }
  const over = new AbortController()
  const gone = new AbortController()
  const next = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 0n]))

  async function bot(): Promise<void> {
    const random = createRandom(seed)
    while (!over.signal.aborted) {
      const one = pickFrom(random)
      const burst = Array.from({ length: random.between(1, LONGEST_BURST) }, () => {
        const index = one.sent++
        return { id: `${one.customer}-${index}`, conversation: `commands ${one.customer}`, index }
      })
      const records = burst.map(({ id }) => ({
        topic: contender.outbound,
        key: one.key,
        value: JSON.stringify({
          id,
          tenant: TENANT,
          from: NUMBER,
          to: one.customer,
          content: { type: 'text', text: id },
        }),
      }))
      // What Kafka did not confirm is written again under the same ids, as bots do.
      while (!(await producer.publish(records)).every(({ kind }) => kind === 'stored')) {
        if (gone.signal.aborted) return
        await sleep(AGAIN_MS)
      }
      const at = Date.now()
      commands.push(...burst.map((given) => ({ ...given, at })))
      await sleep((1_000 * burst.length) / rate)
    }
  }

  async function customer(): Promise<void> {
    const random = createRandom(seed + 1)
    while (!over.signal.aborted) {
      const one = pickFrom(random)
      const given = {
        id: `in-${one.customer}-${one.received}`,
        conversation: `messages ${one.customer}`,
        index: one.received++,
      }
      while (!(await post(given.id, one.customer))) {
        if (gone.signal.aborted) return
        await sleep(AGAIN_MS)
      }
      messages.push({ ...given, at: Date.now() })
      await sleep(2_000 / rate)
    }
  }

  async function post(messageId: string, from: string): Promise<boolean> {
    const result = {
      from,
      to: NUMBER,
      integrationType: 'WHATSAPP',
      receivedAt: '2026-01-01T12:00:00.000+0000',
      messageId,
      message: { type: 'TEXT', text: 'Where is my order?' },
      contact: { name: 'Teresa Gomes' },
    }
    try {
      const answer = await fetch(`${contender.ingressUrl}/${TENANT}/imchannel/onMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ results: [result] }),
        signal: AbortSignal.timeout(WEBHOOK_MS),
      })
      await answer.arrayBuffer()
      return answer.ok
    } catch {
      return false
    }
  }

  async function look(): Promise<void> {
    const signal = AbortSignal.timeout(LOOK_MS)
    for await (const record of readRange(client, { topic: contender.inbound, from: { offsets: next }, signal })) {
      if (BigInt(record.offset) < (next.get(record.partition) ?? 0n)) continue
      next.set(record.partition, BigInt(record.offset) + 1n)
      // `as`: both write the members that are read here.
      const { messageId } = JSON.parse(record.value?.toString() ?? '{}') as { messageId: string }
      events.push({ messageId, eventId: record.headers['ce_id']?.toString() ?? '' })
    }
  }

  const running = Promise.all([bot(), customer()])
  return {
    books: {
      commands,
      messages,
      events,
      get taken() {
        return contender.provider.taken.map(({ text }) => text)
      },
    },
    look,
    stop: async () => {
      over.abort()
      await running
      await producer.close()
    },
    abandon: () => {
      over.abort()
      gone.abort()
      void producer.close({ deadlineMs: 0 })
    },
  }
}
