import type { AccountSettings } from '../settings.ts'
import type { Api, Bubble, Customer, Message } from '../store/entities.ts'
import { PENDING_ENROUTE, REJECTED_DUPLICATE, type Status } from '../wire/statuses.ts'
import type { World } from '../world.ts'
import type { Lifecycle } from './lifecycle.ts'

/** One message that a request asks for, whichever API it came by. */
export interface SendItem {
  account: AccountSettings
  api: Api
  sender: string
  /** As the request named the recipient; it is given back like that. */
  to: Record<string, unknown>
  phone?: string | undefined
  userId?: string | undefined
  messageId?: string | undefined
  bubble: Bubble
  bulkId?: string | undefined
  callbackData?: string | undefined
  notify?: boolean | undefined
  notifyUrl?: string | undefined
  seenUrl?: string | undefined
  intermediateReport?: boolean | undefined
  sendAt?: number | undefined
  /** Counted from the sending, as Infobip's validity period. */
  validityMs?: number | undefined
  entityId?: string | undefined
  applicationId?: string | undefined
  replyToId?: string | undefined
  /** The account cannot send this: it is answered, and never sent. */
  refusal?: Status | undefined
}

export interface Accepted {
  messageId: string
  to: Record<string, unknown>
  status: Status
}

/** Infobip clamps a longer validity silently. */
const MAX_VALIDITY_MS = 48 * 3_600_000

/** Takes a message: refuses a duplicate, else stores it and lets it go its way. */
export function accept(world: World, lifecycle: Lifecycle, item: SendItem, requestId: string | undefined): Accepted {
  const messageId = item.messageId !== undefined && item.messageId !== '' ? item.messageId : world.random.ids.uuid()
  if (item.refusal !== undefined) return { messageId, to: item.to, status: item.refusal }
  if (isDuplicate(world, item.account.id, messageId)) {
    return { messageId, to: item.to, status: REJECTED_DUPLICATE }
  }
  const customer = findCustomer(world, item.phone, item.userId)
  const now = world.clock.now()
  const scheduled = item.sendAt !== undefined && item.sendAt > now
  const seq = world.store.nextSeq()
  const message: Message = {
    id: `m${seq}`,
    seq,
    messageId,
    direction: 'to-customer',
    accountId: item.account.id,
    sender: item.sender,
    customerId: customer.id,
    api: item.api,
    bubble: item.bubble,
    state: scheduled ? 'scheduled' : 'pending',
    status: PENDING_ENROUTE,
    at: now,
    to: item.to,
    fetches: [],
    webhookIds: [],
    ...defined({
      bulkId: item.bulkId,
      callbackData: item.callbackData,
      notify: item.notify,
      notifyUrl: item.notifyUrl,
      seenUrl: item.seenUrl,
      intermediateReport: item.intermediateReport,
      entityId: item.entityId,
      applicationId: item.applicationId,
      replyToId: item.replyToId,
      sendAt: item.sendAt,
      requestId,
      expiresAt:
        item.validityMs === undefined
          ? undefined
          : Math.max(item.sendAt ?? now, now) + Math.min(item.validityMs, MAX_VALIDITY_MS),
    }),
  }
  world.store.put('message', message)
  lifecycle.begin(message)
  return { messageId, to: item.to, status: PENDING_ENROUTE }
}

function isDuplicate(world: World, accountId: string, messageId: string): boolean {
  const { duplicates } = world.settings.behaviour
  if (duplicates === 'accept') return false
  const earlier = world.store
    .byMessageId(messageId)
    .filter((one) => one.accountId === accountId && one.direction === 'to-customer')
  const since = duplicates === 'refuse' ? -Infinity : world.clock.now() - duplicates.refuseWithinMs
  return earlier.some((one) => one.at >= since)
}

/** The customer with this phone or user id; one that nobody knew is made. */
export function findCustomer(world: World, phone: string | undefined, userId: string | undefined): Customer {
  const byPhone = phone === undefined ? undefined : world.store.get('customer', phone)
  if (byPhone !== undefined) return byPhone
  if (userId !== undefined) {
    for (const customer of world.store.all('customer')) if (customer.userId === userId) return customer
  }
  const customer: Customer = {
    id: phone ?? userId ?? 'unknown',
    readReceipts: true,
    online: true,
    wroteAt: {},
    ...defined({ phone, userId }),
  }
  world.store.put('customer', customer)
  return customer
}

/** The fields that are there. */
export function defined<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  } // same keys, fewer
}
