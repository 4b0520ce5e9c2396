import { topics, type EventRecord, type ImEvent } from '@imchannel/events'
import { readWebhook, type ReadWebhook } from '../../src/domain/read-webhook.ts'
import { toEvents, type PlannedWebhook } from '../../src/domain/to-events.ts'
import { toRecords } from '../../src/domain/to-records.ts'
import type { WebhookContext } from '../../src/domain/webhook-context.ts'

export const arrival = '2026-03-04T05:06:30.000Z'

/** What is known beside the webhook: nothing, unless the test says so. */
export function contextOf(known: Partial<WebhookContext> = {}): WebhookContext {
  return { tenant: 'acme', receivedAt: arrival, sends: new Map(), aliases: new Map(), keys: new Map(), ...known }
}

export function read(body: string | Buffer): ReadWebhook {
  const reading = readWebhook(Buffer.from(body))
  if (reading.outcome !== 'read') throw new Error(`the webhook is ${reading.outcome}`)
  return reading.webhook
}

export function plan(body: string | Buffer, known: Partial<WebhookContext> = {}): PlannedWebhook {
  return toEvents(read(body), contextOf(known))
}

export function eventsOf(body: string | Buffer, known: Partial<WebhookContext> = {}): ImEvent[] {
  return plan(body, known).planned.map(({ event }) => event)
}

/** The one event of a webhook of one result. */
export function eventOf(body: string | Buffer, known: Partial<WebhookContext> = {}): ImEvent {
  const [event, ...more] = eventsOf(body, known)
  if (event === undefined || more.length > 0) throw new Error(`the webhook has ${more.length + 1} events`)
  return event
}

/** The data as a consumer reads it: encoded and parsed again. */
export function dataOf(body: string | Buffer, known: Partial<WebhookContext> = {}): Record<string, unknown> {
  const [record] = recordsOf(eventOf(body, known))
  // Every event's data is an object.
  return JSON.parse(record?.value.toString() ?? '') as Record<string, unknown>
}

export function recordsOf(event: ImEvent, maxBytes = 8 * 1024 * 1024): EventRecord[] {
  return toRecords(event, { topics: topics(), maxBytes, receivedAt: arrival })
}
