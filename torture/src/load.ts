import { setTimeout as sleep } from 'node:timers/promises'
import type { SendMessage } from '@imchannel/events'
import type { KafkaClient } from '@imchannel/kafka'
import { createProducer } from '@imchannel/kafka'
import { markOf } from './book.ts'
import type { Book } from './book.ts'
import { conversationsOf } from './conversations.ts'
import type { Conversation } from './conversations.ts'
import { createCustomers } from './customers.ts'
import { createRandom } from '@imchannel/testkit'
import type { Infobip } from './emulator.ts'
import { createPoison } from './poison.ts'
import { isMarketing, TEMPLATES } from './templates.ts'
import type { TemplateName } from './templates.ts'
import type { Tenant } from './tenants.ts'

export interface LoadOptions {
  seed: number
  /** Commands a second; half as many customers' messages come with them. */
  rate: number
  client: KafkaClient
  ingressUrl: string
  book: Book
  media: ReadonlyMap<Tenant, string>
  infobip: Infobip
}

/** Bots that write commands and customers that write messages. */
export interface Load {
  readonly commands: number
  readonly messages: number
  /** Resolves when what was begun is acknowledged. */
  stop(): Promise<void>
}

/** Some of them in a minute. */
const POISON_SHARE = 0.002
/** Of commands so many are templates, and so many carry a picture. */
const TEMPLATE_SHARE = 0.2
const PICTURE_SHARE = 0.05
const CLASSES = ['reply', 'notification', 'bulk'] as const
const SOURCES = ['orders-bot', 'spring-campaign'] as const
const LONGEST_BURST = 5
const AGAIN_MS = 200
/** Whoever has changed its mind is sent an offer so much later: by then everybody has heard of that. */
const HEARD_OF_MS = 10_000

export async function startLoad({ seed, rate, client, ingressUrl, book, media, infobip }: LoadOptions): Promise<Load> {
  const random = createRandom(seed + 1_000_003)
  const nextPoison = createPoison(random)
  const producer = createProducer(client)
  const conversations = conversationsOf()
  const customers = createCustomers({ random, ingressUrl, book, infobip })
  await customers.begin(conversations)
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

  function contentOf({ tenant }: Conversation, id: string): SendMessage['content'] {
    const draw = random.next()
    const mediaId = media.get(tenant)
    if (draw < PICTURE_SHARE && mediaId !== undefined)
      return { type: 'image', media: { id: mediaId }, caption: `look ${markOf(id)}` }
    if (draw < PICTURE_SHARE + TEMPLATE_SHARE) {
      return templateOf(random.pick<(typeof TEMPLATES)[number]>(TEMPLATES).name, id)
    }
    return { type: 'text', text: `hello ${markOf(id)}` }
  }

  async function botWrites(conversation: Conversation, count: number, contentFor = contentOf): Promise<void> {
    const { tenant, from, to, key, topic } = conversation
    const burst = Array.from({ length: count }, () => {
      const index = conversation.sent++
      const id = `c.${tenant}.${from}.${to}.${index}`
      const content = contentFor(conversation, id)
      const template = content.type === 'template' ? content.name : undefined
      const about = {
        class: random.pick(CLASSES),
        source: random.pick(SOURCES),
        ...(isMarketing(template) ? { category: 'marketing' } : {}),
      }
      const value = JSON.stringify({ id, tenant, from, to, content, ...about })
      const poison = random.next() < POISON_SHARE ? nextPoison({ id, tenant, from, to }) : undefined
      return { id, index, template, record: { topic, key, value: poison ?? value } }
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
    for (const { id, index, template } of burst) {
      const place = isOrderKnown ? index : first.index
      book.note({
        kind: 'command',
        at,
        id,
        conversation: key,
        index: place,
        ...(template === undefined ? {} : { template }),
      })
    }
    commands += count
  }

  async function customerWrites(conversation: Conversation, count: number): Promise<void> {
    const done = await customers.act(conversation, count)
    messages += done.messages
    if (!done.changedMind) return
    await sleep(HEARD_OF_MS)
    if (busy.bot.has(conversation)) return
    busy.bot.add(conversation)
    await botWrites(conversation, 1, offer).finally(() => busy.bot.delete(conversation))
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

function templateOf(name: TemplateName, id: string): SendMessage['content'] {
  return { type: 'template', name, language: 'en', placeholders: [markOf(id)] }
}

function offer(_conversation: Conversation, id: string): SendMessage['content'] {
  return templateOf('offer', id)
}
