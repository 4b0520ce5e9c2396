import { once } from 'node:events'
import { topics as topicsOf, type ContentType } from '@imchannel/events'
import type { KafkaSettings } from '@imchannel/kafka'
import { context } from '@opentelemetry/api'
import { logToStderr, type BotLog } from './bot-log.ts'
import { requireGroupId, sendId } from './command-id.ts'
import { createDesk } from './desk.ts'
import { InvalidReply } from './errors.ts'
import {
  createHandlers,
  type ConsentHandler,
  type ContactHandler,
  type MessageHandler,
  type OutcomeHandler,
} from './handlers.ts'
import { kafkaTransport } from './kafka-transport.ts'
import type { MediaServer } from './media.ts'
import { createSends, type Sent } from './sends.ts'
import type { BotTransport } from './transport.ts'
import type { Turns } from './turns.ts'
import { commandRecord, type OwnMessage } from './write-command.ts'

export interface BotOptions extends Partial<Pick<KafkaSettings, 'ssl' | 'sasl'>> {
  /** Kafka, `host:port`; or `transport`. */
  readonly brokers?: readonly string[]
  /** Another Kafka client than `@imchannel/kafka`, or none at all. */
  readonly transport?: BotTransport
  /** Answers this tenant's customers alone; those of all without it. */
  readonly tenant?: string
  /** The bot's name: processes with the same share the conversations, and those of another answer beside it. Default `bot`. */
  readonly groupId?: string
  /** By which the cost of what it sends is told (`imchannel costs --by source`). Default the `groupId`. */
  readonly source?: string
  /** `topics.prefix` of the gateway's configuration. Default `imchannel`. */
  readonly topicPrefix?: string
  /** Where commands go. Default `<prefix>.outbound`. */
  readonly outboundTopic?: string
  /** How messages that come in a burst become turns. Default `each`. */
  readonly turns?: Turns
  /**
   * Joins the texts of one handler's run into one message, which is one charge: those without options that follow each other, with an empty
   * line between them, up to 4,096 characters. Such a text's promise resolves before it is written; it is written when something else is
   * sent, an outcome is asked for, or the handler is done, and what then fails fails the handler. Default false.
   */
  readonly coalesce?: boolean
  /** Where media go that are too large to travel in a command. */
  readonly media?: MediaServer
  /** Conversations that are answered at the same time. Default 64. */
  readonly concurrency?: number
  /** Calls of a handler that throws, before the message becomes a dead letter. Default 3. */
  readonly attempts?: number
  /** Before the second call; twice as long before the third. Default 1 s. */
  readonly retryDelayMs?: number
  /** Whether to read what became of sends, for promises and `onOutcome`. Default true; without it a bot reads half as much. */
  readonly outcomes?: boolean
  /** Promises of outcomes wait so long; what comes later comes to `onOutcome` alone. Default 10 min. */
  readonly outcomeWaitMs?: number
  /** Messages that waited longer in Kafka are not answered. Default 24 h: WhatsApp takes no free answer later. */
  readonly maxAgeMs?: number
  /** For so long a process that was killed keeps its conversations. Default 10 s, the brokers' least 6 s. */
  readonly sessionMs?: number
  /** Warnings and errors go to stderr without it. */
  readonly log?: BotLog
}

/** A bot: handlers for what customers write and for what becomes of the answers. */
export interface Bot {
  /** Handles every message, or those of one kind, which then is the type of `message.content`. One handler each. */
  onMessage(handler: MessageHandler): void
  onMessage<K extends ContentType>(kind: K, handler: MessageHandler<K>): void
  /**
   * Is told what became of everything that this bot sent, in the order of each conversation, also of what another process of it sent before it
   * ended. At least once: after a crash an outcome may come again, with the same `event.id`.
   */
  onOutcome(handler: OutcomeHandler): void
  /**
   * Is told, in the order of each conversation, when a customer may no longer be written to, or may again: by WhatsApp's own switch, Infobip's
   * blocklist or a key word of the tenant. Register it before `start`: the bot then reads a third topic, from its beginning (7 days). At
   * least once, as with outcomes.
   */
  onConsentChanged(handler: ConsentHandler): void
  /**
   * Is told, in the order of each conversation, when a known phone number has another holder (`new-user-id` with a `previousUserId`: what was
   * said in confidence is not theirs), when two names turn out to be one person's, or a user name changes. Register it before `start`: it
   * is read from the same topic as consent. At least once, as with outcomes.
   */
  onContactChanged(handler: ContactHandler): void
  /** Sends a message that answers nothing. Its outcomes go to whichever process has the conversation. */
  send(message: OwnMessage): Promise<Sent>
  /** Joins the group; resolves when messages are being answered. Kafka need not be there yet. */
  start(): Promise<void>
  /** Lets handlers end (within `drainMs`, default 20 s), commits and leaves the group. */
  stop(options?: { drainMs?: number }): Promise<void>
  /** Starts, calls `started` once messages are being answered, stops at SIGTERM or SIGINT, and resolves then. @throws when the bot cannot go on, as when access is refused */
  run(started?: () => void): Promise<void>
}

/** A handler that runs again may wait for a report that came before: its conversation waits no longer than this. */
const OUTCOME_WAIT_MS = 600_000
const DAY_MS = 24 * 3600 * 1000

/** Makes a bot; nothing is connected before `start`, `run` or `send`. */
export function createBot(options: BotOptions): Bot {
  const groupId = requireGroupId(options.groupId ?? 'bot')
  const log = options.log ?? logToStderr(groupId)
  const topics = topicsOf(options.topicPrefix)
  const outboundTopic = options.outboundTopic ?? topics.outbound
  const deadLetterTopic = `${options.topicPrefix ?? 'imchannel'}.bot.${groupId}.deadletter`
  const transport = options.transport ?? defaultTransport(options, groupId, log)
  const handlers = createHandlers()
  const sends = createSends(options.outcomeWaitMs ?? OUTCOME_WAIT_MS)
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  const source = options.source ?? groupId
  const desk = createDesk({
    groupId,
    source,
    tenant: options.tenant,
    topics,
    outboundTopic,
    deadLetterTopic,
    turns: options.turns ?? 'each',
    concurrency: options.concurrency ?? 64,
    attempts: options.attempts ?? 3,
    retryDelayMs: options.retryDelayMs ?? 1_000,
    maxAgeMs: options.maxAgeMs ?? DAY_MS,
    media: options.media,
    coalesce: options.coalesce ?? false,
    transport,
    handlers,
    sends,
    log,
  })

  async function running(started?: () => void): Promise<never> {
    await Promise.race([start(), failure.promise])
    started?.()
    return failure.promise
  }

  function onMessage(handler: MessageHandler): void
  function onMessage<K extends ContentType>(kind: K, handler: MessageHandler<K>): void
  function onMessage<K extends ContentType>(first: K | MessageHandler, second?: MessageHandler<K>): void {
    if (typeof first === 'function') handlers.onMessage('any', first)
    // It is called with messages of its kind alone.
    else handlers.onMessage(first, second as unknown as MessageHandler)
  }

  async function start(): Promise<void> {
    await transport.start({
      groupId,
      topics: [
        topics.inbound,
        ...(options.outcomes === false ? [] : [topics.status]),
        ...(handlers.consent() === undefined && handlers.contact() === undefined ? [] : [topics.account]),
      ],
      deadLetterTopic,
      handle: desk.handle,
      assigned: (partitions) => sends.keep(partitions),
      failed: (error) => {
        log('error', `the bot cannot go on: ${error.message}`, {})
        failure.reject(error)
      },
      log,
    })
  }

  async function stop({ drainMs = 20_000 }: { drainMs?: number } = {}): Promise<void> {
    const stopped = transport.stop({ drainMs })
    desk.close()
    // Nothing is read any more: a handler that waits for a report would wait for ever.
    sends.giveUp('the bot stops')
    await stopped
  }

  return {
    onMessage,
    onOutcome: (handler) => handlers.onOutcome(handler),
    onConsentChanged: (handler) => handlers.onConsentChanged(handler),
    onContactChanged: (handler) => handlers.onContactChanged(handler),
    send: async ({ id, tenant = options.tenant, from, to, content, class: kind = 'notification', ...rest }) => {
      if (tenant === undefined) throw new InvalidReply('tenant: name it in createBot or with the message')
      const commandId = sendId(groupId, id)
      const draft = { kind: 'send', content, options: rest } as const
      const addressee = { tenant, from, to }
      const record = commandRecord(
        outboundTopic,
        { id: commandId, draft, to: addressee, origin: { source, class: kind } },
        { context: context.active() },
      )
      const sent = sends.track(tenant, commandId)
      await transport.publish([record])
      return sent
    },
    start,
    stop,
    run: async (started) => {
      const signals = new AbortController()
      const asked = ['SIGTERM', 'SIGINT'].map((name) => once(process, name, { signal: signals.signal }))
      for (const one of asked) one.catch(() => undefined)
      try {
        await Promise.race([...asked, running(started)])
      } finally {
        // A second signal ends the process, as it does any other.
        signals.abort()
        await stop()
      }
    },
  }
}

function defaultTransport(options: BotOptions, groupId: string, log: BotLog): BotTransport {
  const { brokers, ssl, sasl, sessionMs } = options
  if (brokers === undefined || brokers.length === 0) {
    throw new TypeError('createBot: give brokers (["127.0.0.1:9092"]) or a transport')
  }
  return kafkaTransport({ brokers, ssl, sasl, sessionMs, clientId: groupId, log })
}
