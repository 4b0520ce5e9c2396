import {
  conversationKey,
  type ImEvent,
  messageAccepted,
  type MessageAttempted,
  messageAttemptedEvent,
  messageIdOf,
  messageRejected,
} from '@imchannel/events'
import { BUSINESS, createTopicLog, receivedFrom, type Seeded, sendCommand, TENANT, timeAt } from './seed.ts'

/** One kind of end that a command has, and what an operator is to read of it. */
export interface Outcome {
  readonly name: string
  readonly customer: string
  readonly records: readonly Seeded[]
  /** Kinds of the steps, in the order of time. */
  readonly chain: readonly string[]
  readonly state: string
  /** Words that stand in the chain. */
  readonly says: readonly string[]
}

/** What the business says to everybody. */
export const SAID = 'Your parcel waits at the corner shop'

interface Tale {
  readonly customer: string
  readonly id: string
  readonly command: object
  attempted(second: number, outcome: string, more?: Partial<MessageAttempted>): Seeded
  accepted(second: number): Seeded
  rejected(second: number, code: string, reason: string): Seeded
  delivered(second: number): Seeded
  cost(second: number): Seeded
}

const log = createTopicLog()

function tale(index: number): Tale {
  const customer = `3519100000${String(index).padStart(2, '0')}`
  const id = `told-${'abcdefgh'.charAt(index)}`
  const messageId = messageIdOf(TENANT, id)
  const parties = { tenant: TENANT, from: BUSINESS, to: customer }
  const about = {
    tenant: TENANT,
    key: conversationKey({ tenant: TENANT, business: BUSINESS, customer }),
    subject: messageId,
  }
  const request = { account: 'x.api.infobip.com', api: 'omni', endpoint: 'POST /omni/1/advanced' }
  return {
    customer,
    id,
    command: sendCommand(id, customer, SAID),
    attempted: (second, outcome, more = {}) =>
      log.event(
        messageAttemptedEvent(
          { ...parties, ...request, commandId: id, messageId, attempt: second, durationMs: 40, outcome, ...more },
          timeAt(second),
        ),
      ),
    accepted: (second) => log.event(messageAccepted({ ...parties, commandId: id, messageId }, { at: timeAt(second) })),
    rejected: (second, code, reason) =>
      log.event(messageRejected({ ...parties, commandId: id }, { at: timeAt(second), error: { code, reason } })),
    delivered: (second) => {
      const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' }
      const data = { ...parties, messageId, status, final: true, rank: 4 }
      const event: ImEvent = {
        ...about,
        type: 'imchannel.message.delivery.v1',
        id: `d-${id}`,
        time: timeAt(second),
        data,
      }
      return log.event(event)
    },
    cost: (second) => {
      const reported = { pricePerMessage: '0.0412', currency: 'EUR' }
      const money = { category: 'utility', categorySource: 'template', billable: 'yes', reported } as const
      const data = { ...parties, messageId, commandId: id, settledBy: 'delivered', revision: 1, ...money } as const
      const event: ImEvent = {
        ...about,
        type: 'imchannel.cost.recorded.v1',
        id: `k-${id}`,
        time: timeAt(second),
        data: { ...data, deliveredAt: timeAt(second), market: '351', window: 'open', freeEntryPoint: 'no' },
      }
      return log.event(event)
    },
  }
}

const REASON = 'imchannel-error-reason'
const CODE = 'imchannel-error-code'

/** A command that was refused for good, with its letter. */
function refused(one: Tale, code: string, reason: string, more: Readonly<Record<string, string>> = {}): Seeded[] {
  return [one.rejected(3, code, reason), log.letter(one.command, 4, { [CODE]: code, [REASON]: reason, ...more })]
}

/** One of each. */
export function everyOutcome(): Outcome[] {
  const [delivered, rejected, settled, parked, repeated, closed, optedOut] = Array.from({ length: 7 }, (_, index) =>
    tale(index),
  ) as [Tale, Tale, Tale, Tale, Tale, Tale, Tale] // as many as it is told
  return [
    {
      name: 'delivered',
      customer: delivered.customer,
      records: [
        log.event(receivedFrom(delivered.customer, 0)),
        log.command(delivered.command, 1),
        delivered.attempted(2, 'throttled', { httpStatus: 429, retryAfterMs: 1_000 }),
        delivered.attempted(3, 'accepted', { httpStatus: 200 }),
        delivered.accepted(4),
        delivered.delivered(6),
        delivered.cost(7),
      ],
      chain: ['command', 'attempt', 'attempt', 'outcome', 'report', 'cost'],
      state: 'delivered',
      says: ['throttled: POST /omni/1/advanced', '1000 ms', 'cost: 0.0412 EUR', 'utility'],
    },
    {
      name: 'rejected by Infobip, and dead',
      customer: rejected.customer,
      records: [
        log.command(rejected.command, 1),
        rejected.attempted(2, 'rejected', { httpStatus: 400, code: 'BAD_REQUEST' }),
        ...refused(rejected, 'BAD_REQUEST', 'Infobip does not know this sender'),
      ],
      chain: ['command', 'attempt', 'outcome', 'deadletter'],
      state: 'rejected',
      says: ['BAD_REQUEST', 'Infobip does not know this sender', 'dead letter'],
    },
    {
      name: 'unknown, then settled',
      customer: settled.customer,
      records: [
        log.command(settled.command, 1),
        settled.attempted(2, 'unknown', { code: 'ECONNRESET', reason: 'the connection broke' }),
        settled.accepted(9),
        settled.delivered(10),
      ],
      chain: ['command', 'attempt', 'outcome', 'report'],
      state: 'delivered',
      says: ['unknown: POST /omni/1/advanced', 'the connection broke', 'accepted by Infobip'],
    },
    {
      name: 'parked',
      customer: parked.customer,
      records: [
        log.command(parked.command, 1),
        parked.attempted(2, 'refused-key', { httpStatus: 401 }),
        log.parked(parked.command, 3),
      ],
      chain: ['command', 'attempt', 'parked'],
      state: 'parked',
      says: ['refused-key: POST /omni/1/advanced', 'parked: its account was not well'],
    },
    {
      name: 'repeated',
      customer: repeated.customer,
      records: [
        log.command(repeated.command, 1),
        repeated.attempted(2, 'accepted', { httpStatus: 200 }),
        repeated.accepted(3),
        log.command(repeated.command, 5),
      ],
      chain: ['command', 'attempt', 'outcome', 'command'],
      state: 'accepted',
      says: ['accepted by Infobip'],
    },
    {
      name: 'refused for a closed window',
      customer: closed.customer,
      records: [
        log.command(closed.command, 1),
        ...refused(closed, 'window_closed', 'the window closed a day ago', { 'imchannel-gate': 'window' }),
      ],
      chain: ['command', 'outcome', 'deadletter'],
      state: 'rejected',
      says: ['window_closed', 'the window closed a day ago', 'window'],
    },
    {
      name: 'refused for an opt-out',
      customer: optedOut.customer,
      records: [
        log.command(optedOut.command, 1),
        ...refused(optedOut, 'opted_out', 'the customer wrote STOP', { 'imchannel-gate': 'consent' }),
      ],
      chain: ['command', 'outcome', 'deadletter'],
      state: 'rejected',
      says: ['opted_out', 'the customer wrote STOP', 'consent'],
    },
  ]
}
