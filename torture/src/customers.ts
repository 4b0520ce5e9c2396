import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '@imchannel/testkit'
import type { Book } from './book.ts'
import type { Conversation } from './conversations.ts'
import type { Infobip } from './emulator.ts'
import { inboundMessageId } from './facts.ts'
import type { ConsentSource, FactOf } from './facts.ts'
import { KEY_WORDS, SECRETS, TENANTS } from './tenants.ts'
import type { Tenant } from './tenants.ts'

export interface CustomersOptions {
  readonly random: Random
  readonly ingressUrl: string
  readonly book: Book
  readonly infobip: Pick<Infobip, 'changeBlocklist'>
}

/** What customers do, as Infobip tells it to ingress; each resolves once it was answered 200. */
export interface Customers {
  /** All that write have written once, so that their windows are open; those that lapse did so nearly a day ago. */
  begin(conversations: readonly Conversation[]): Promise<void>
  /** Writes messages, and says how many; or changes its mind about what it is sent. */
  act(conversation: Conversation, count: number): Promise<{ messages: number; changedMind: boolean }>
}

const AGAIN_MS = 200
/** Longer than ingress's own deadline of 5 s. */
const WEBHOOK_MS = 12_000
const DAY_MS = 86_400_000
/** How long after the beginning a window closes. */
const LAPSES_MS = [20_000, 60_000] as const
const MOST_RESULTS = 50
/** Of a customer's turns so many are a change of mind about marketing. */
const CHANGES_MIND = 0.12
/** Longer than a command takes, so that some meet it. */
const THINKS_MS = [1_000, 6_000] as const
const SOURCES: readonly [ConsentSource, ...ConsentSource[]] = [
  'whatsapp',
  'keyword',
  'whatsapp',
  'keyword',
  'blocklist',
]
const TEXT = 'Where is my order?'

export function createCustomers({ random, ingressUrl, book, infobip }: CustomersOptions): Customers {
  /** Infobip comes again until it hears 200, and now and then comes three times at once; the book has it from the door, too. */
  async function post(tenant: Tenant, path: string, payload: unknown): Promise<void> {
    const body = JSON.stringify(payload)
    const copies = random.next() < 0.1 ? 3 : 1
    for (;;) {
      const answers = await Promise.all(Array.from({ length: copies }, () => postOnce(tenant, path, body)))
      if (answers.includes(true)) return
      await sleep(AGAIN_MS)
    }
  }

  async function postOnce(tenant: Tenant, path: string, body: string): Promise<boolean> {
    try {
      const answer = await fetch(`${ingressUrl}/${tenant}/imchannel/${path}`, {
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

  async function postMessages(
    tenant: Tenant,
    messages: readonly { conversation: Conversation; text: string; receivedAt: number }[],
  ): Promise<void> {
    const results = messages.map(({ conversation, text, receivedAt }) => messageOf(conversation, text, receivedAt))
    await post(tenant, 'onMessage', { results, messageCount: results.length, pendingMessageCount: 0 })
    const at = Date.now()
    for (const { conversation, receivedAt } of messages)
      book.note({ kind: 'opening', at, conversation: conversation.key, receivedAt })
  }

  async function say(conversation: Conversation, consent: Pick<FactOf<'consent'>, 'source' | 'state' | 'since'>) {
    const { tenant, from: sender, to: customer, key } = conversation
    const { source, state, since } = consent
    const isOut = state === 'optedOut'
    if (source === 'keyword') {
      const [text = ''] = isOut ? KEY_WORDS.stop : KEY_WORDS.start
      await postMessages(tenant, [{ conversation, text, receivedAt: since }])
    } else if (source === 'whatsapp') {
      const status = isOut ? 'stop' : 'resume'
      const content = {
        sender,
        from: customer,
        notificationMessagesStatus: status,
        description: `User requested to ${status} marketing messages`,
      }
      await post(tenant, 'webhook', { from: sender, content, createdAt: infobipDate(since) })
    } else {
      // Infobip's own list, of which it tells by a webhook: the door has it from that.
      return infobip.changeBlocklist({
        event: isOut ? 'BLOCK' : 'UNBLOCK',
        account: tenant,
        sender,
        destination: customer,
      })
    }
    book.note({ kind: 'consent', at: Date.now(), conversation: key, ...consent })
  }

  /** Stops, and mostly has it again; then a stop may come that is older than that, and changes nothing. */
  async function changeMind(conversation: Conversation): Promise<void> {
    const source = random.pick(SOURCES)
    await say(conversation, { source, state: 'optedOut', since: now(conversation) })
    if (random.next() < 0.3) return
    await sleep(random.between(...THINKS_MS))
    const resumedAt = now(conversation)
    await say(conversation, { source, state: 'optedIn', since: resumedAt })
    if (source !== 'blocklist' && random.next() < 0.5)
      await say(conversation, { source, state: 'optedOut', since: resumedAt - 1 })
  }

  return {
    begin: async (conversations) => {
      for (const tenant of TENANTS) {
        const messages = conversations
          .filter((one) => one.tenant === tenant && one.habit !== 'silent')
          .map((conversation) => {
            const agoMs = conversation.habit === 'lapses' ? DAY_MS - random.between(...LAPSES_MS) : 0
            return { conversation, text: TEXT, receivedAt: Date.now() - agoMs }
          })
        for (let from = 0; from < messages.length; from += MOST_RESULTS)
          await postMessages(tenant, messages.slice(from, from + MOST_RESULTS))
      }
    },

    act: async (conversation, count) => {
      if (conversation.habit !== 'writes') return { messages: 0, changedMind: false }
      if (random.next() < CHANGES_MIND) {
        await changeMind(conversation)
        return { messages: 0, changedMind: true }
      }
      const messages = Array.from({ length: Math.min(count, 3) }, () => ({
        conversation,
        text: TEXT,
        receivedAt: now(conversation),
      }))
      await postMessages(conversation.tenant, messages)
      return { messages: messages.length, changedMind: false }
    },
  }
}

function messageOf(conversation: Conversation, text: string, receivedAt: number) {
  const { from, to, key } = conversation
  return {
    from: to,
    to: from,
    integrationType: 'WHATSAPP',
    receivedAt: infobipDate(receivedAt),
    messageId: inboundMessageId(key, conversation.received++),
    message: { type: 'TEXT', text },
    contact: { name: 'Teresa Gomes' },
    price: { pricePerMessage: 0, currency: 'EUR' },
  }
}

/** No two at one moment, whose order nobody could tell. */
function now(conversation: Conversation): number {
  conversation.saidAt = Math.max(Date.now(), conversation.saidAt + 2)
  return conversation.saidAt
}

/** Infobip's spelling: an offset without a colon. */
function infobipDate(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}
