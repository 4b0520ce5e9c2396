import { randomUUID } from 'node:crypto'
import {
  conversationKey,
  encodeEvent,
  eventIds,
  messageAccepted,
  messageIdOf,
  messageRejected,
  parseCommand,
  topics as topicsOf,
  type Command,
  type ConsentChanged,
  type ContactChanged,
  type Content,
  type ImEvent,
  type SendMessage,
} from '@imchannel/events'
import { createBot, type Bot, type BotOptions } from '../bot.ts'
import type { OutgoingBotRecord } from '../transport.ts'
import { memoryTransport } from './memory-transport.ts'

/** A customer of a test. Each call resolves when the bot is done, with the commands that it has written meanwhile. */
export interface TestCustomer {
  says(text: string): Promise<Command[]>
  sends(content: Content): Promise<Command[]>
  /** The customer's consent has changed: by a key word and for marketing, unless more is said. */
  changesConsent(change: Partial<ConsentChanged> & Pick<ConsentChanged, 'state'>): Promise<Command[]>
  /** Evidence shows another name of the customer, or another holder of the number. */
  changesContact(change: Partial<ContactChanged> & Pick<ContactChanged, 'reason'>): Promise<Command[]>
  /** The last event comes again, as after a crash. */
  sendsAgain(): Promise<Command[]>
}

export interface TestBot {
  readonly bot: Bot
  /** Everything that the bot has written so far, checked as the dispatcher would. A repeat of an id is not in it, as nobody would send it. */
  commands(): Command[]
  /** What the bot could not handle, with the headers that say why. */
  deadLetters(): { readonly reason: string; readonly attempts: number; readonly value: string }[]
  customer(number: string, options?: { name?: string }): TestCustomer
  /** Tells the bot what became of a command. */
  reports(command: Command, state: 'accepted' | 'rejected' | 'delivered' | 'seen'): Promise<void>
  stop(): Promise<void>
}

export type TestBotOptions = Omit<BotOptions, 'brokers' | 'transport'> & {
  /** The business number that customers write to. */
  readonly number?: string
}

/** A bot without Kafka: the same code but for the transport. `setUp` is what the bot's own program does with it. */
export async function createTestBot(setUp: (bot: Bot) => void, options: TestBotOptions = {}): Promise<TestBot> {
  const { number = '447860099299', ...given } = options
  const tenant = options.tenant ?? 'acme'
  const transport = memoryTransport()
  const bot = createBot({ retryDelayMs: 1, log: () => undefined, ...given, tenant, transport })
  const topics = topicsOf(options.topicPrefix)
  setUp(bot)
  await bot.start()

  const deliver = (event: ImEvent): Promise<void> => {
    const { topic, key, value, headers } = encodeEvent(event, topics)
    return transport.deliver({ topic, key: Buffer.from(key), value, headers, timestamp: Date.now() })
  }

  function customer(from: string, { name }: { name?: string } = {}): TestCustomer {
    const key = conversationKey({ tenant, business: number, customer: from })
    let last: ImEvent | undefined
    const answered = async (event: ImEvent): Promise<Command[]> => {
      const before = transport.written.length
      await deliver(event)
      return commandsOf(transport.written.slice(before)).filter((command) => command.to === from)
    }
    const sends = (content: Content): Promise<Command[]> => {
      const messageId = `wamid.${randomUUID()}`
      const time = new Date().toISOString()
      const contact = name === undefined ? {} : { contact: { name } }
      last = {
        type: 'imchannel.message.received.v1',
        id: eventIds.messageReceived(tenant, messageId, content.type),
        tenant,
        key,
        time,
        subject: messageId,
        data: { tenant, channel: 'WHATSAPP', messageId, from, to: number, receivedAt: time, ...contact, content },
      }
      return answered(last)
    }
    const changesConsent: TestCustomer['changesConsent'] = (change) => {
      const time = new Date().toISOString()
      const data = { sender: number, from, status: 'stop', scope: 'marketing', source: 'keyword', ...change } as const
      const id = eventIds.consentOf(tenant, randomUUID(), data.status)
      last = { type: 'imchannel.consent.changed.v1', id, tenant, key, time, data: { tenant, changedAt: time, ...data } }
      return answered(last)
    }
    const changesContact: TestCustomer['changesContact'] = (change) => {
      const time = new Date().toISOString()
      const id = eventIds.contactChanged(tenant, number, randomUUID())
      const data = { tenant, sender: number, phone: from, changedAt: time, ...change }
      last = { type: 'imchannel.contact.changed.v1', id, tenant, key, time, data }
      return answered(last)
    }
    return {
      sends,
      changesConsent,
      changesContact,
      says: (text) => sends({ type: 'text', text }),
      sendsAgain: () => (last === undefined ? Promise.reject(new Error('nothing was sent before')) : answered(last)),
    }
  }

  return {
    bot,
    customer,
    commands: () => unrepeated(commandsOf(transport.written)),
    deadLetters: () =>
      transport.written
        .filter(({ topic }) => topic.endsWith('.deadletter'))
        .map(({ headers, value }) => ({
          reason: String(headers['imchannel-error-reason']),
          attempts: Number(headers['imchannel-attempts']),
          value: String(value),
        })),
    reports: async (command, state) => deliver(reportOf(command, state)),
    stop: () => bot.stop(),
  }
}

/** @throws for what the dispatcher would refuse; the bot refuses it before */
function commandsOf(records: readonly OutgoingBotRecord[]): Command[] {
  return records
    .filter(({ topic }) => !topic.endsWith('.deadletter'))
    .map(({ topic, value, headers }, place) => {
      const bytes = value === null ? null : Buffer.from(value)
      const read = parseCommand({ topic, partition: 0, offset: String(place), key: null, value: bytes, headers })
      if (read.outcome === 'command') return read.command
      throw new Error(`no command: ${read.outcome === 'unreadable' ? read.reason : read.error.reason}`)
    })
}

function unrepeated(commands: readonly Command[]): Command[] {
  return [...new Map(commands.toReversed().map((command) => [command.id, command])).values()].toReversed()
}

function reportOf(command: Command, state: 'accepted' | 'rejected' | 'delivered' | 'seen'): ImEvent {
  const { tenant, id: commandId, from, to } = command
  const messageId = messageIdOf(tenant, commandId)
  const at = new Date().toISOString()
  const subject = {
    commandId,
    tenant,
    messageId,
    from,
    to,
    callbackData: (command as Partial<SendMessage>).callbackData,
  }
  const about = { tenant, commandId, messageId, from, ...(to === undefined ? {} : { to }) }
  const key = conversationKey({ tenant, business: from, customer: to })
  switch (state) {
    case 'accepted':
      return messageAccepted(subject, { at })
    case 'rejected':
      return messageRejected(subject, { at, error: { code: 'provider_rejected', reason: 'the test says so' } })
    case 'delivered':
      return {
        type: 'imchannel.message.delivery.v1',
        id: eventIds.delivery(tenant, { messageId, groupId: 3, id: 5, doneAt: at }),
        tenant,
        key,
        time: at,
        data: {
          ...about,
          status: { groupId: 3, id: 5, name: 'DELIVERED_TO_HANDSET' },
          doneAt: at,
          final: true,
          rank: 4,
        },
      }
    case 'seen':
      return {
        type: 'imchannel.message.seen.v1',
        id: eventIds.seen(tenant, messageId, at),
        tenant,
        key,
        time: at,
        data: { ...about, seenAt: at, rank: 5 },
      }
  }
}
