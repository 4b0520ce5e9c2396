import type { AccountSettings } from '../settings.ts'
import type { Api, Bubble, Message } from '../store/entities.ts'
import { PENDING_ENROUTE, REJECTED_BLOCKLISTED, REJECTED_DUPLICATE, type Status } from '../wire/statuses.ts'
import type { World } from '../world.ts'
import { isBlocklisted } from '../blocklist/blocklist.ts'
import { findCustomer, giveUserId } from './customers.ts'
import { defined } from './defined.ts'
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
  giveUserId(world, customer, item.sender)
  if (world.settings.behaviour.blocklist === 'answer' && isBlocklisted(world, item.account.id, customer, item.sender)) {
    return { messageId, to: item.to, status: REJECTED_BLOCKLISTED }
  }
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
