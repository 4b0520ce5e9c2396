import { setTimeout as sleep } from 'node:timers/promises'
import { conversationKey } from '@imchannel/events'
import type { SendMessage } from '@imchannel/events'
import type { KafkaClient } from '@imchannel/kafka'
import { createProducer } from '@imchannel/kafka'
import { markOf } from './book.ts'
import type { Book } from './book.ts'
import { inboundMessageId } from './facts.ts'
import { createRandom } from '@imchannel/testkit'
import { createPoison } from './poison.ts'
import { COMMAND_TOPICS } from './system.ts'
import { SECRETS, sendersOf, TENANTS } from './tenants.ts'
import type { Tenant } from './tenants.ts'

export interface LoadOptions {
  seed: number
  /** Commands a second; half as many customers' messages come with them. */
  rate: number
  client: KafkaClient
  ingressUrl: string
  book: Book
  media: ReadonlyMap<Tenant, string>
}

/** Bots that write commands and customers that write messages. */
export interface Load {
  readonly commands: number
  readonly messages: number
  /** Resolves when what was begun is acknowledged. */
  stop(): Promise<void>
}

interface Conversation {
  readonly tenant: Tenant
  readonly from: string
  readonly to: string
  readonly key: string
  /** The order of a conversation is that of its topic. */
  readonly topic: string
  sent: number
  received: number
}

/** Some of them in a minute. */
const POISON_SHARE = 0.002
const CUSTOMERS_PER_SENDER = 2
const LONGEST_BURST = 5
const AGAIN_MS = 200
/** Longer than ingress's own deadline of 5 s. */
const WEBHOOK_MS = 12_000

export function startLoad({ seed, rate, client, ingressUrl, book, media }: LoadOptions): Load {
  const random = createRandom(seed + 1_000_003)
  const nextPoison = createPoison(random)
  const producer = createProducer(client)
  const conversations = conversationsOf()
  const busy = { bot: new Set<Conversation>(), customer: new Set<Conversation>() }
  const begun = new Set<Promise<void>>()
  let commands = 0
  let messages = 0
  let commandsDue = 0
  let messagesDue = 0

  /** A conversation is worked on by one at a time: only so its order is known. */
  function begin(who: 'bot' | 'customer', work: (conversation: Conversation, count: number) => Promise<void>): number {
    const count = random.between(1, LONGEST_BURST)
    const conversation = conversations[random.between(0, conversations.length - 1)]
    if (conversation === undefined || busy[who].has(conversation)) return 0
    busy[who].add(conversation)
    const job = work(conversation, count).finally(() => {
      busy[who].delete(conversation)
      begun.delete(job)
    })
    begun.add(job)
    return count
  }

  async function botWrites(conversation: Conversation, count: number): Promise<void> {
    const { tenant, from, to, key, topic } = conversation
    const burst = Array.from({ length: count }, () => {
      const index = conversation.sent++
      const id = `c.${tenant}.${from}.${to}.${index}`
      const mediaId = random.next() < 0.05 ? media.get(tenant) : undefined
      const content: SendMessage['content'] =
        mediaId === undefined
          ? { type: 'text', text: `hello ${markOf(id)}` }
          : { type: 'image', media: { id: mediaId }, caption: `look ${markOf(id)}` }
      const value = JSON.stringify({ id, tenant, from, to, content })
      const poison = random.next() < POISON_SHARE ? nextPoison({ id, tenant, from, to }) : undefined
      return { id, index, record: { topic, key, value: poison ?? value } }
    })
    // What Kafka did not confirm is written again, in order and under the same ids: to a bot that is all it takes.
    let isOrderKnown = true
    for (;;) {
      const results = await producer.publish(burst.map(({ record }) => record))
      if (results.every((result) => result.kind === 'stored')) break
      // The later ones may be in the log, and the earlier ones come to be behind them now.
      isOrderKnown &&= results.every((result) => result.kind === 'refused')
      await sleep(AGAIN_MS)
    }
    const at = Date.now()
    const [first = { index: 0 }] = burst
    for (const { id, index } of burst)
      book.note({ kind: 'command', at, id, conversation: key, index: isOrderKnown ? index : first.index })
    commands += count
  }

  async function customerWrites(conversation: Conversation, count: number): Promise<void> {
    const { tenant, from, to, key } = conversation
    const results = Array.from({ length: Math.min(count, 3) }, () => ({
      from: to,
      to: from,
      integrationType: 'WHATSAPP',
      receivedAt: '2026-01-01T12:00:00.000+0000',
      messageId: inboundMessageId(key, conversation.received++),
      message: { type: 'TEXT', text: 'Where is my order?' },
      contact: { name: 'Teresa Gomes' },
      price: { pricePerMessage: 0, currency: 'EUR' },
    }))
    const body = JSON.stringify({ results, messageCount: results.length, pendingMessageCount: 0 })
    const copies = random.next() < 0.1 ? 3 : 1
    // Infobip comes again until it hears 200; the book has it from the door.
    for (;;) {
      const answers = await Promise.all(Array.from({ length: copies }, () => post(tenant, body)))
      if (answers.includes(true)) break
      await sleep(AGAIN_MS)
    }
    messages += results.length
  }

  async function post(tenant: Tenant, body: string): Promise<boolean> {
    try {
      const answer = await fetch(`${ingressUrl}/${tenant}/imchannel/onMessage`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(`infobip:${SECRETS.password}`).toString('base64')}`,
        },
        body,
        signal: AbortSignal.timeout(WEBHOOK_MS),
      })
      await answer.arrayBuffer()
      return answer.status === 200
    } catch {
      return false
    }
  }

  const TICK_MS = 50
  const timer = setInterval(() => {
    commandsDue += (rate * TICK_MS) / 1_000
    messagesDue += (rate * TICK_MS) / 2_000
    // An outage does not pile up a flood behind it.
    if (begun.size > conversations.length) return
    if (commandsDue >= 1) commandsDue -= begin('bot', botWrites)
    if (messagesDue >= 1) messagesDue -= begin('customer', customerWrites)
  }, TICK_MS)

  return {
    get commands() {
      return commands
    },
    get messages() {
      return messages
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(begun)
      await producer.close()
    },
  }
}

function conversationsOf(): Conversation[] {
  return TENANTS.flatMap((tenant, account) =>
    sendersOf(tenant).flatMap((from, sender) =>
      Array.from({ length: CUSTOMERS_PER_SENDER }, (_, customer) => {
        const to = String(39_300_000_000 + account * 1_000_000 + sender * 1_000 + customer)
        const key = conversationKey({ tenant, business: from, customer: to })
        const topic = COMMAND_TOPICS[(sender + customer) % COMMAND_TOPICS.length]?.name ?? ''
        return { tenant, from, to, key, topic, sent: 0, received: 0 }
      }),
    ),
  )
}
