import { decodeEvent, messageIdOf, type Topics } from '@imchannel/events'
import type { Context } from '@opentelemetry/api'
import { attemptAll } from './attempts.ts'
import type { BotLog } from './bot-log.ts'
import { isOwn, replyId } from './command-id.ts'
import { toConsent, type ConsentEvent } from './consent.ts'
import { toContact, type ContactEvent } from './contact.ts'
import { deadLetterOf, deadLetterWithoutValue, type DeadLetterFacts } from './dead-letter.ts'
import { InvalidReply, messageOf, OutcomeElsewhere, TurnEnded } from './errors.ts'
import type { Handlers } from './handlers.ts'
import type { MediaServer } from './media.ts'
import { toMessage, type ReceivedEvent } from './message.ts'
import { outcomeOf, type BotOutcome } from './outcome.ts'
import { createReplies, type Reply } from './reply.ts'
import type { Sends } from './sends.ts'
import type { BotRecord, BotTransport } from './transport.ts'
import { contextOf, inTurnSpan } from './turn-span.ts'
import { createTurnstile, type TurnItem, type Turns } from './turns.ts'
import { commandRecord, type Addressee, type Origin } from './write-command.ts'

export interface DeskOptions {
  readonly groupId: string
  /** By which the cost of what it sends is told. */
  readonly source: string
  readonly tenant: string | undefined
  readonly topics: Topics
  readonly outboundTopic: string
  readonly deadLetterTopic: string
  readonly turns: Turns
  readonly concurrency: number
  readonly attempts: number
  readonly retryDelayMs: number
  readonly maxAgeMs: number
  readonly media: MediaServer | undefined
  readonly coalesce: boolean
  readonly transport: BotTransport
  readonly handlers: Handlers
  readonly sends: Sends
  readonly log: BotLog
}

interface Item<E> extends TurnItem {
  readonly record: BotRecord
  readonly event: E
  readonly context: Context
}

/** Where records come in and turns are taken: what a bot is, but for its beginning and end. */
export interface Desk {
  readonly handle: (record: BotRecord, given: { readonly signal: AbortSignal }) => Promise<void>
  /** Begins no more turns. */
  close(): void
}

export function createDesk(options: DeskOptions): Desk {
  const { groupId, topics, handlers, sends, transport, log, concurrency } = options
  const messages = createTurnstile<Item<ReceivedEvent>>({ turns: options.turns, concurrency, run: answer })
  const outcomes = createTurnstile<Item<BotOutcome>>({ turns: 'each', concurrency, run: report })
  const consents = createTurnstile<Item<ConsentEvent>>({ turns: 'each', concurrency, run: tellConsent })
  const contacts = createTurnstile<Item<ContactEvent>>({ turns: 'each', concurrency, run: tellContact })

  let closed = false

  async function handle(record: BotRecord, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const decoded = decodeEvent(record)
    if (decoded.outcome === 'unknown') return
    if (decoded.outcome === 'unreadable') {
      log('error', `a record cannot be read: ${decoded.reason}`, placeOf(record))
      return deadLetter(record, { code: 'unreadable', error: new Error(decoded.reason), attempts: 0 }, signal)
    }
    const { event } = decoded
    if (options.tenant !== undefined && event.tenant !== options.tenant) return
    const item = { record, context: contextOf(record), timestamp: record.timestamp, signal }
    if (event.type === 'imchannel.message.received.v1') {
      if (Date.now() - record.timestamp <= options.maxAgeMs) return messages.add(event.key, { ...item, event })
      log('info', 'a message is too old to be answered', { event: event.id, ...placeOf(record) })
      return
    }
    if (event.type === 'imchannel.consent.changed.v1') {
      if (handlers.consent() !== undefined) await consents.add(event.key, { ...item, event })
      return
    }
    if (event.type === 'imchannel.contact.changed.v1') {
      if (handlers.contact() !== undefined) await contacts.add(event.key, { ...item, event })
      return
    }
    const outcome = outcomeOf(event)
    if (outcome === undefined || !isOwn(groupId, outcome.commandId)) return
    sends.settle(outcome)
    if (handlers.outcome() !== undefined) await outcomes.add(event.key, { ...item, event: outcome })
  }

  async function answer(items: readonly Item<ReceivedEvent>[], signal: AbortSignal): Promise<void> {
    const events = items.map((item) => item.event)
    const event = events.at(-1)
    const handler = event && handlers.of(toMessage(event, { earlier: [], attempt: 1, signal }))
    if (event === undefined || handler === undefined) return
    const { tenant, from, to, messageId } = event.data
    await take(
      'answer',
      items,
      { id: event.id, key: event.key, to: { tenant, from: to, to: from, messageId } },
      signal,
    )((reply, attempt) => handler(toMessage(event, { earlier: events.slice(0, -1), attempt, signal }), reply))
  }

  async function report(items: readonly Item<BotOutcome>[], signal: AbortSignal): Promise<void> {
    const handler = handlers.outcome()
    const outcome = items[0]?.event
    if (handler === undefined || outcome === undefined) return
    const { id, key, data } = outcome.event
    const to = { tenant: data.tenant, from: data.from, to: data.to ?? '' }
    await take('outcome', items, { id, key, to }, signal)((reply) => handler(outcome, reply))
  }

  async function tellConsent(items: readonly Item<ConsentEvent>[], signal: AbortSignal): Promise<void> {
    const handler = handlers.consent()
    const event = items[0]?.event
    if (handler === undefined || event === undefined) return
    const { id, key, data } = event
    const to = { tenant: data.tenant, from: data.sender, to: data.from ?? '' }
    await take('consent', items, { id, key, to }, signal)((reply) => handler(toConsent(event), reply))
  }

  async function tellContact(items: readonly Item<ContactEvent>[], signal: AbortSignal): Promise<void> {
    const handler = handlers.contact()
    const event = items[0]?.event
    if (handler === undefined || event === undefined) return
    const { id, key, data } = event
    const to = { tenant: data.tenant, from: data.sender, to: data.phone ?? data.userId ?? '' }
    await take('contact', items, { id, key, to }, signal)((reply) => handler(toContact(event), reply))
  }

  /** One turn: the handler's calls, each with replies of its own that begin at 1 again; then, maybe, dead letters. */
  function take(
    name: string,
    items: readonly Item<unknown>[],
    subject: { readonly id: string; readonly key: string; readonly to: Addressee },
    signal: AbortSignal,
  ) {
    const facts = { 'imchannel.tenant': subject.to.tenant, 'imchannel.turn.events': items.length }
    const contexts = items.map((item) => item.context)
    const origin: Origin = { source: options.source, class: name === 'answer' ? 'reply' : 'notification' }
    return async (call: (reply: Reply, attempt: number) => Promise<unknown> | void): Promise<void> => {
      const outcome = await attemptAll(
        (attempt) =>
          inTurnSpan(name, contexts, { ...facts, 'imchannel.turn.attempt': attempt }, async (context) => {
            const { tenant } = subject.to
            const replies = createReplies({
              tenant,
              media: options.media,
              signal,
              write,
              ...(options.coalesce ? { coalesce: idsOf } : {}),
            })
            try {
              await call(replies.reply, attempt)
            } catch (error) {
              // It waited for a report that the next owner will be told: who then runs it again.
              throw closed && error instanceof OutcomeElsewhere ? new TurnEnded('the bot stops') : error
            }
            await replies.settled()

            function idsOf(place: number | string) {
              const commandId = replyId(groupId, subject.id, place)
              return { commandId, messageId: messageIdOf(tenant, commandId) }
            }

            async function write(draft: Parameters<typeof commandRecord>[1]['draft'], place: number | string) {
              signal.throwIfAborted()
              const id = replyId(groupId, subject.id, place)
              const record = commandRecord(
                options.outboundTopic,
                { id, draft, to: subject.to, origin },
                { key: subject.key, context },
              )
              const sent = sends.track(subject.to.tenant, id, items[0]?.record.partition)
              await transport.publish([record], signal)
              return sent
            }
          }),
        { ...options, signal, failed: (error, attempt) => logFailure(error, attempt, subject.id) },
      )
      if (outcome.ok) return
      const failure = { code: 'handler_failed', error: outcome.error, attempts: options.attempts } as const
      for (const { record } of items) await deadLetter(record, failure, signal)
    }
  }

  function logFailure(error: unknown, attempt: number, event: string): void {
    const next = attempt < options.attempts ? 'it runs again' : 'a dead letter'
    log('error', `the handler failed, ${next}: ${messageOf(error)}`, { event, attempt })
  }

  async function deadLetter(
    record: BotRecord,
    facts: Omit<DeadLetterFacts, 'topic'>,
    signal: AbortSignal,
  ): Promise<void> {
    const all = { ...facts, topic: options.deadLetterTopic }
    try {
      await transport.publish([deadLetterOf(record, all)], signal)
    } catch (error) {
      if (!(error instanceof InvalidReply)) throw error
      await transport.publish([deadLetterWithoutValue(record, all)], signal)
    }
  }

  return {
    handle: (record, given) =>
      [topics.inbound, topics.status, topics.account].includes(record.topic) ? handle(record, given) : refuse(record),
    close: () => {
      closed = true
      messages.close()
      outcomes.close()
      consents.close()
      contacts.close()
    },
  }
}

function refuse({ topic }: BotRecord): Promise<never> {
  return Promise.reject(new TurnEnded(`${topic} is none of the bot's topics`))
}

function placeOf({ topic, partition, offset }: BotRecord): Record<string, string | number> {
  return { topic, partition, offset }
}
