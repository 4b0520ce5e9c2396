import { openWindow } from '../delivery/customers.ts'
import { reopened } from '../rules/window.ts'
import type { Message } from '../store/entities.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { infobipDate } from '../wire/dates.ts'
import type { World } from '../world.ts'
import type { Pair } from './who.ts'

export interface Call {
  direction: 'inbound' | 'outbound'
  answered: boolean
}

/**
 * A call between a customer and a business number, with the events of Infobip's Calls API. The customer's own opens the 24-hour window
 * whether or not the business answers; the business's opens it where the customer does.
 */
export async function makeCall(
  world: World,
  outbox: Outbox,
  { customer, sender, accountId }: Pair,
  { direction, answered }: Call,
): Promise<Message> {
  const { store, clock, random } = world
  const now = clock.now()
  const isInbound = direction === 'inbound'
  const callId = random.ids.uuid()
  const seq = store.nextSeq()
  const message: Message = {
    id: `m${seq}`,
    seq,
    messageId: callId,
    direction: isInbound ? 'from-customer' : 'to-customer',
    accountId,
    sender,
    customerId: customer.id,
    api: 'phone',
    bubble: { kind: 'call', text: answered ? 'Voice call' : 'Missed voice call' },
    state: isInbound ? 'received' : 'delivered',
    at: now,
    fetches: [],
    webhookIds: [],
  }
  if (isInbound || answered) {
    const opened = reopened(customer.windows[sender], { openedAt: now, openedBy: 'call' })
    openWindow(world, customer, sender, opened)
  }
  store.put('message', message)

  const phone = customer.phone ?? customer.id
  const states = [
    ...(isInbound ? [{ type: 'CALL_RECEIVED', state: 'RINGING' }] : []),
    ...(answered ? [{ type: 'CALL_ESTABLISHED', state: 'ESTABLISHED' }] : []),
    { type: 'CALL_FINISHED', state: 'FINISHED' },
  ]
  for (const { type, state } of states) {
    await outbox.send({
      accountId,
      kind: 'call',
      envelope: 'single',
      messageIds: [callId],
      customerId: customer.id,
      sender,
      result: callEvent(message, { type, state, phone, answered, id: random.ids.uuid() }),
    })
  }
  return message
}

interface CallEvent {
  readonly id: string
  readonly type: string
  readonly state: string
  /** The customer's. */
  readonly phone: string
  readonly answered: boolean
}

function callEvent(
  { messageId: callId, sender, direction, at }: Message,
  { id, type, state, phone, answered }: CallEvent,
): Record<string, unknown> {
  const isInbound = direction === 'from-customer'
  return {
    id,
    type,
    callId,
    timestamp: infobipDate(at),
    properties: {
      call: {
        id: callId,
        endpoint: { type: 'WHATSAPP', phoneNumber: phone },
        from: isInbound ? phone : sender,
        to: isInbound ? sender : phone,
        direction: isInbound ? 'INBOUND' : 'OUTBOUND',
        state,
        startTime: infobipDate(at),
        ...(answered && state !== 'RINGING' ? { answerTime: infobipDate(at) } : {}),
        ...(state === 'FINISHED' ? { endTime: infobipDate(at) } : {}),
      },
    },
  }
}
