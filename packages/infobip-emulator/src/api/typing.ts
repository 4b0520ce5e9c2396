import { findCustomer } from '../delivery/customers.ts'
import { isUserId } from '../wire/user-id.ts'
import type { World } from '../world.ts'

/** WhatsApp shows a typing indicator for this long, unless a message comes first. */
const TYPING_MS = 25_000

export interface Typing {
  accountId: string
  sender: string
  to: string
  /** The customer's message that it also marks as read. */
  readsMessageId?: string | undefined
}

/** The business is typing: the phone shows it for a while. */
export function noteTyping(world: World, { sender, to, readsMessageId }: Typing): void {
  const userId = isUserId(to) ? to : undefined
  const customer = findCustomer(world, userId === undefined ? to.replace(/^\+/, '') : undefined, userId)
  customer.typingUntil = { ...customer.typingUntil, [sender]: world.clock.now() + TYPING_MS }
  world.store.put('customer', customer)
  for (const message of readsMessageId === undefined ? [] : world.store.byMessageId(readsMessageId)) {
    if (message.direction !== 'from-customer') continue
    message.readAt ??= world.clock.now()
    world.store.put('message', message)
  }
}
