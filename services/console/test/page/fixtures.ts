import type { ConversationView, Step, TimelineMessage } from '../../src/http/api/conversation.ts'
import type { Overview, Problems } from '../../src/http/api/lists.ts'

export const NUMBER = '351927482662'
export const MASKED = '3519•••••662'
const BUSINESS = '4478•••••299'

const START = Date.UTC(2026, 10, 20, 9, 30)
const HOUR_MS = 3_600_000

export const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString()

let records = 0
const step = (
  kind: Step['kind'],
  seconds: number,
  what: Pick<Step, 'title' | 'tone'> & Partial<Step>,
  facts: Record<string, string> = {},
): Step => ({
  id: `r${++records}`,
  kind,
  type: `imchannel.${kind}.v1`,
  at: at(seconds),
  afterMs: 0,
  facts: Object.entries(facts).map(([name, value]) => ({ name, value })),
  topic: 'imchannel.status',
  partition: 3,
  offset: '4711',
  ...what,
})

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

const asked: TimelineMessage = {
  id: 'm1',
  direction: 'in',
  at: at(10),
  messageId: 'wamid.••••',
  type: 'text',
  text: 'Where is my order?',
  state: 'received',
  traceIds: [],
  steps: [
    step('webhook', 10, { title: 'Infobip’s webhook', tone: 'good', original: 'whole' }),
    step('event', 10, { title: 'The customer wrote', tone: 'good' }, { channel: 'WHATSAPP' }),
  ],
}

const delivered: TimelineMessage = {
  id: 'm2',
  direction: 'out',
  at: at(12),
  messageId: 'b1f8a5c2-5c0e-5b1d-9a57-3f2f3b2f6d11',
  commandId: 'order-4711-shipped',
  type: 'text',
  text: 'It left our workshop and arrives tomorrow.',
  state: 'delivered',
  price: { amount: '0.0123', currency: 'EUR' },
  traceIds: [TRACE],
  steps: [
    step('command', 12, { title: 'Command', tone: 'plain' }, { class: 'reply', source: 'echo-bot' }),
    step('decision', 12.1, { title: 'Send', tone: 'good', afterMs: 100 }, { window: 'open' }),
    step(
      'attempt',
      12.2,
      { title: 'Attempt 1: throttled', tone: 'warning', code: '429', afterMs: 200 },
      { answer: '429' },
    ),
    step('attempt', 14.2, { title: 'Attempt 2: accepted', tone: 'good', afterMs: 2_200 }, { answer: '200' }),
    step('outcome', 14.3, { title: 'Accepted', tone: 'good', afterMs: 2_300 }),
    step('media', 14.4, { title: 'MediaItem fetched: GET 200', tone: 'good', afterMs: 2_400 }),
    step('report', 15, { title: 'DELIVERED_TO_HANDSET', tone: 'good', afterMs: 3_000 }),
    step('cost', 15, { title: '0.0123 EUR', tone: 'plain', afterMs: 3_000 }),
  ],
}

const rejected: TimelineMessage = {
  id: 'm3',
  direction: 'out',
  at: at(2_000),
  messageId: 'b1f8a5c2-5c0e-5b1d-9a57-3f2f3b2f6d12',
  commandId: 'spring-sale-12',
  type: 'template',
  template: 'spring_sale',
  text: 'Spring sale: 20 % off',
  state: 'rejected',
  problem: { code: 'opted_out', reason: 'The customer has opted out of marketing' },
  traceIds: [],
  steps: [
    step('command', 2_000, { title: 'Command', tone: 'plain' }),
    step('decision', 2_000, { title: 'Reject', tone: 'bad', code: 'opted_out' }, { consent: 'opted out of marketing' }),
    step('outcome', 2_000, { title: 'Rejected', tone: 'bad', code: 'opted_out', detail: 'opted out' }),
    step('deadletter', 2_000, { title: 'Dead letter', tone: 'bad' }),
  ],
}

/** One conversation with each look that a message can have, under masks unless they are lifted. */
export function conversationView({ masked, mayReveal }: { masked: boolean; mayReveal: boolean }): ConversationView {
  return {
    conversation: {
      id: 'c1',
      tenant: 'acme',
      business: masked ? BUSINESS : '447860099299',
      customer: masked ? MASKED : NUMBER,
      firstAt: at(10),
      lastAt: at(2_000),
      records: 14,
    },
    masked,
    mayReveal,
    window: { state: 'open', closesAt: at(86_410) },
    messages: [asked, delivered, rejected].map((one) => (masked ? { ...one, text: '•••' } : one)),
  }
}

const hourly = { from: at(-23 * 3_600), to: at(3_600), bucketMs: HOUR_MS }
const bars = Array.from({ length: 24 }, (_, hour) => Math.round(40 + 30 * Math.sin(hour / 3)))
const few = bars.map((_, hour) => (hour % 7 === 0 ? hour : 0))

export const overviewView: Overview = {
  ...hourly,
  received: bars,
  commands: bars,
  accepted: bars,
  delivered: bars,
  failed: few,
  acceptedAfterMs: { p50: 34, p95: 182, count: 900 },
  deadLetters: 2,
  unrecognised: 1,
  costs: [{ currency: 'EUR', amount: '12.3456', messages: 812 }],
}

export const problemsView: Problems = {
  ...hourly,
  problems: [
    {
      code: 'opted_out',
      kind: 'rejected',
      tenant: 'acme',
      sender: BUSINESS,
      template: 'spring_sale',
      count: 42,
      firstAt: at(-3_600),
      lastAt: at(2_000),
      reason: 'The customer has opted out of marketing',
      example: { record: 'r1', conversation: 'c1', message: 'm3' },
      histogram: few,
    },
  ],
}
