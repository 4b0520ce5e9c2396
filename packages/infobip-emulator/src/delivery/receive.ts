import { changeByEvent } from '../blocklist/blocklist.ts'
import { opensWindow, reopened } from '../rules/window.ts'
import type { Bubble, Customer, CustomerWindow, Message } from '../store/entities.ts'
import type { Outbox, OutgoingResult } from '../webhooks/outbox.ts'
import { inboundResult } from '../webhooks/inbound-shapes.ts'
import type { World } from '../world.ts'
import { giveUserId, openWindow, shownTo } from './customers.ts'
import { defined } from './defined.ts'
import { keywordIn, type Keyword } from './keywords.ts'

/** What a customer does. */
export interface CustomerMessage {
  customer: Customer
  sender: string
  bubble: Bubble
  /** Infobip's `message`, as it goes out. */
  message: Record<string, unknown>
  messageId?: string | undefined
  replyToId?: string | undefined
  /** When Infobip received it; now unless given. */
  receivedAt?: number | undefined
  /** Fields laid over the result, for what the emulator does not model. */
  extra?: Record<string, unknown> | undefined
}

interface Received {
  message: Message
  /** None where Infobip keeps the message to itself. */
  outgoing: OutgoingResult | undefined
  keyword: Keyword | undefined
}

/** Stores a customer's message and gives the webhook's result for it; the 24-hour window may open. */
function receive(world: World, input: CustomerMessage): Received {
  const { customer, sender } = input
  const account = world.senders.accountOf(sender)
  const at = input.receivedAt ?? world.clock.now()
  const seq = world.store.nextSeq()
  const accountId = account?.id ?? world.settings.accounts[0]?.id ?? ''
  const message: Message = {
    id: `m${seq}`,
    seq,
    messageId: input.messageId ?? `wamid.${world.random.ids.text(56)}==`,
    direction: 'from-customer',
    accountId,
    sender,
    customerId: customer.id,
    api: 'phone',
    bubble: input.bubble,
    state: 'received',
    at,
    fetches: [],
    webhookIds: [],
    ...defined({ replyToId: input.replyToId }),
  }
  const repliesTo = input.replyToId === undefined ? undefined : world.store.byMessageId(input.replyToId)[0]
  giveUserId(world, customer, sender)
  noteWindow(world, input, at, repliesTo)
  world.store.put('customer', customer)
  world.store.put('message', message)
  const format = (account?.webhooks ?? world.settings.webhooks).inboundFormat
  const keyword = keywordIn(input.message.text, world.senders.settingsOf(sender)?.keywords)
  const result = inboundResult(format, {
    message,
    shown: shownTo(world, customer, sender, 'inbound'),
    content: input.message,
    identity: world.store.get('identity', `${sender}:${customer.id}`),
    repliesTo,
    currency: world.settings.behaviour.price.currency,
    keyword: keyword?.word,
  })
  const outgoing: OutgoingResult = {
    accountId,
    kind: 'inbound',
    envelope: format === 'MO_OTT_CONTACT' ? 'inbound' : 'results',
    messageIds: [message.messageId],
    customerId: customer.id,
    sender,
    result: { ...result, ...input.extra },
  }
  return { message, outgoing: keyword?.isForwarded === false ? undefined : outgoing, keyword }
}

function noteWindow(world: World, { customer, sender, message }: CustomerMessage, at: number, to?: Message): void {
  const { reactionsOpenWindow } = world.settings.behaviour
  if (!opensWindow(String(message.type), reactionsOpenWindow)) return
  const window: CustomerWindow = {
    openedAt: at,
    openedBy: 'message',
    ...(to?.category === 'marketing' ? { answersMarketing: true } : {}),
    ...(isFromAd(message.referral) ? { adAt: at } : {}),
  }
  openWindow(world, customer, sender, reopened(customer.windows[sender], window))
}

/** A boosted post brings no free answers. */
function isFromAd(referral: unknown): boolean {
  return typeof referral === 'object' && referral !== null && 'sourceType' in referral && referral.sourceType === 'AD'
}

/** Stores the messages and sends their webhooks: one each, or all in one. A key word changes the blocklist, which Infobip tells too. */
export async function receiveAll(
  world: World,
  outbox: Outbox,
  inputs: readonly CustomerMessage[],
  together: boolean,
): Promise<Message[]> {
  const received = inputs.map((input) => receive(world, input))
  const outgoing = received.map((one) => one.outgoing).filter((one) => one !== undefined)
  if (together) await outbox.sendTogether(outgoing)
  else await Promise.all(outgoing.map((one) => outbox.send(one)))
  for (const { message, keyword } of received) {
    const phone = world.store.get('customer', message.customerId)?.phone
    if (keyword === undefined || phone === undefined) continue
    const { accountId, sender } = message
    await changeByEvent(world, outbox, {
      event: keyword.event,
      entry: {
        accountId,
        destination: phone,
        channel: 'WHATSAPP',
        sourceType: 'MO',
        ...(keyword.scope === 'sender' ? { sender } : {}),
      },
      inboundMessageId: message.messageId,
    })
  }
  return received.map((one) => one.message)
}
