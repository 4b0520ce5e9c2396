import type { Outbox, OutgoingResult } from '../webhooks/outbox.ts'
import { inboundResult } from '../webhooks/inbound-shapes.ts'
import type { Bubble, Customer, Message } from '../store/entities.ts'
import type { World } from '../world.ts'
import { defined } from './accept.ts'

/** What a customer does. */
export interface CustomerMessage {
  customer: Customer
  sender: string
  bubble: Bubble
  /** Infobip's `message`, as it goes out. */
  message: Record<string, unknown>
  messageId?: string | undefined
  replyToId?: string | undefined
  /** Fields laid over the result, for what the emulator does not model. */
  extra?: Record<string, unknown> | undefined
}

/** Stores a customer's message and gives the webhook's result for it; the session window opens. */
function receive(world: World, input: CustomerMessage): { message: Message; outgoing: OutgoingResult } {
  const account = world.accountOfSender(input.sender)
  const { customer } = input
  const now = world.clock.now()
  const seq = world.store.nextSeq()
  const accountId = account?.id ?? world.settings.accounts[0]?.id ?? ''
  const message: Message = {
    id: `m${seq}`,
    seq,
    messageId: input.messageId ?? `wamid.${world.random.ids.text(56)}==`,
    direction: 'from-customer',
    accountId,
    sender: input.sender,
    customerId: customer.id,
    api: 'phone',
    bubble: input.bubble,
    state: 'received',
    at: now,
    fetches: [],
    webhookIds: [],
    ...defined({ replyToId: input.replyToId }),
  }
  customer.wroteAt[input.sender] = now
  world.store.put('customer', customer)
  world.store.put('message', message)
  const format = (account?.webhooks ?? world.settings.webhooks).inboundFormat
  const result = inboundResult(format, {
    message,
    customer,
    content: input.message,
    identity: world.store.get('identity', `${input.sender}:${customer.id}`),
    repliesTo: input.replyToId === undefined ? undefined : world.store.byMessageId(input.replyToId)[0],
    currency: world.settings.behaviour.price.currency,
  })
  return {
    message,
    outgoing: {
      accountId,
      kind: 'inbound',
      envelope: format === 'MO_OTT_CONTACT' ? 'inbound' : 'results',
      messageIds: [message.messageId],
      customerId: customer.id,
      result: { ...result, ...input.extra },
    },
  }
}

/** Stores the messages and sends their webhooks: one each, or all in one. */
export async function receiveAll(
  world: World,
  outbox: Outbox,
  inputs: readonly CustomerMessage[],
  together: boolean,
): Promise<Message[]> {
  const received = inputs.map((input) => receive(world, input))
  const outgoing = received.map((one) => one.outgoing)
  if (together) await outbox.sendTogether(outgoing)
  else await Promise.all(outgoing.map((one) => outbox.send(one)))
  return received.map((one) => one.message)
}
