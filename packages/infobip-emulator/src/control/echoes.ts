import { shownTo } from '../delivery/customers.ts'
import { defined } from '../delivery/defined.ts'
import type { Message } from '../store/entities.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import type { World } from '../world.ts'
import type { Pair } from './who.ts'

/**
 * Somebody of the business writes by the WhatsApp Business app of the number: Infobip tells it in Meta's own envelope. It
 * opens no window, costs nothing, and is in no log or report.
 */
export async function writeByBusinessPhone(
  world: World,
  outbox: Outbox,
  { customer, sender, accountId }: Pair,
  text: string,
): Promise<Message> {
  const { store, clock, random } = world
  const now = clock.now()
  const seq = store.nextSeq()
  const message: Message = {
    id: `m${seq}`,
    seq,
    messageId: `wamid.${random.ids.text(56)}==`,
    direction: 'to-customer',
    accountId,
    sender,
    customerId: customer.id,
    api: 'business-app',
    bubble: { kind: 'text', text },
    state: 'delivered',
    at: now,
    deliveredAt: now,
    fetches: [],
    webhookIds: [],
  }
  store.put('message', message)
  const { address, contact } = shownTo(world, customer, sender, 'echo')
  const userId = contact.userId
  await outbox.send({
    accountId,
    kind: 'echo',
    envelope: 'single',
    messageIds: [message.messageId],
    customerId: customer.id,
    sender,
    result: metaEnvelope(world, message, { address, userId, text }),
  })
  return message
}

interface Echoed {
  /** Of the customer, as WhatsApp shows it. */
  readonly address: string
  readonly userId: unknown
  readonly text: string
}

function metaEnvelope(
  world: World,
  { sender, messageId, at }: Message,
  { address, userId, text }: Echoed,
): Record<string, unknown> {
  const value = {
    messagingProduct: 'whatsapp',
    metadata: { displayPhoneNumber: sender, phoneNumberId: `2${sender}` },
    contacts: [{ waId: address, ...defined({ userId }) }],
    messageEchoes: [
      {
        from: sender,
        to: address,
        id: messageId,
        ...defined({ toUserId: userId }),
        timestamp: String(Math.floor(at / 1000)),
        text: { body: text },
        type: 'text',
      },
    ],
  }
  const id = String(world.senders.businessAccountOf(sender))
  return { entry: [{ id, changes: [{ value, field: 'smb_message_echoes' }] }] }
}
