import { messageActions } from '../faults/fault.ts'
import type { Customer, Media, Message, Template } from '../store/entities.ts'
import { deliveryError, NO_ERROR, type DeliveryError } from '../wire/delivery-errors.ts'
import {
  DELIVERED_TO_HANDSET,
  DELIVERED_TO_OPERATOR,
  EXPIRED,
  REJECTED_BLOCKLISTED,
  UNDELIVERABLE,
  type Status,
} from '../wire/statuses.ts'
import type { World } from '../world.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { deliveryResult, seenResult, type ReportFormat } from '../webhooks/report-shapes.ts'
import { isBlocklisted } from '../blocklist/blocklist.ts'
import { judge } from '../rules/judge.ts'
import { customersOf } from '../rules/reach.ts'
import { answersAd, DAY_MS, isFreeByAd, isOpen } from '../rules/window.ts'
import { findTemplate } from '../templates/find-template.ts'
import { bill, categoryOf, shownPrice } from './bill.ts'
import { newCustomer, openWindow, shownTo } from './customers.ts'
import { fetchMedia } from './fetch-media.ts'

/** What becomes of a message once it was accepted. */
export interface Lifecycle {
  begin(message: Message): void
  /** The customer has looked at the conversation. */
  see(message: Message): Promise<void>
  /** The customer's phone is on again: what waited arrives. */
  wake(customer: Customer): void
  /** WhatsApp lets go what it held of a template: what waited is sent, or fails where it was dropped. */
  release(template: Template): void
  /** Takes up what a former process left. */
  resume(): void
}

const EXPIRED_ERROR = 5
/** No document names the error of a template that was held and let drop; that of a template which may not be sent comes nearest. */
const HELD_AND_DROPPED = 7009

const isUnderWay = (message: Message): boolean => message.state === 'pending' || message.state === 'scheduled'

export function createLifecycle(world: World, outbox: Outbox): Lifecycle {
  const { clock, store, settings } = world
  const { behaviour } = settings

  const customerOf = (message: Message): Customer =>
    store.get('customer', message.customerId) ?? newCustomer(message.customerId)

  const templateOf = ({ bubble, sender }: Message): Template | undefined =>
    bubble.template && findTemplate(world, sender, bubble.template.name, bubble.template.language)

  const formatOf = (message: Message): ReportFormat => {
    const { reportFormat } = world.accountOf(message.accountId)?.webhooks ?? settings.webhooks
    if (reportFormat !== 'as-sent') return reportFormat
    return message.api === 'phone' || message.api === 'business-app' ? 'omni' : message.api
  }

  const report = async (message: Message, status: Status, error: DeliveryError): Promise<void> => {
    if (message.notify === false || !store.isCurrent(message)) return
    await outbox.send({
      accountId: message.accountId,
      kind: 'delivery',
      url: message.notifyUrl,
      envelope: 'results',
      messageIds: [message.messageId],
      customerId: message.customerId,
      sender: message.sender,
      result: deliveryResult(formatOf(message), {
        message,
        shown: shownTo(world, customerOf(message), message.sender, 'report'),
        status,
        error,
        sentAt: message.sentAt ?? message.at,
        doneAt: message.doneAt ?? clock.now(),
        price: shownPrice(world, message),
      }),
    })
  }

  const finish = async (
    message: Message,
    state: 'undeliverable' | 'expired' | 'rejected',
    status: Status,
    error: DeliveryError,
  ): Promise<void> => {
    Object.assign(message, { state, status, error, doneAt: clock.now() })
    store.put('message', message)
    await report(message, status, error)
  }

  const fail = (message: Message, errorId: number): Promise<void> =>
    finish(message, 'undeliverable', UNDELIVERABLE, deliveryError(errorId))

  const expire = (message: Message): Promise<void> => finish(message, 'expired', EXPIRED, deliveryError(EXPIRED_ERROR))

  /** All media of the message, one after the other; the first that fails fails it. */
  const fetchAll = async (message: Message): Promise<number | undefined> => {
    for (const media of mediaOf(message)) {
      const outcome = await fetchMedia(media, {
        timeoutMs: behaviour.media.timeoutMs,
        keepBytes: behaviour.media.keepBytes,
        now: () => clock.now(),
        http: world.http,
      })
      message.fetches.push(...outcome.fetches)
      if (!outcome.ok) return outcome.errorId
      media.contentType = outcome.contentType
      media.size = outcome.size
      if (outcome.bytes !== undefined) {
        const id = `media-${world.random.ids.text(16)}`
        const about = { id, contentType: outcome.contentType, at: clock.now() }
        media.blobId = world.blobs.put(
          outcome.bytes,
          media.filename === undefined ? about : { ...about, filename: media.filename },
        ).id
      }
    }
    return undefined
  }

  const send = async (message: Message): Promise<void> => {
    if (!isUnderWay(message)) return
    message.state = 'pending'
    message.sentAt = clock.now()
    store.put('message', message)
    const fault = world.faults.strike(messageActions, {
      api: message.api,
      account: message.accountId,
      from: message.sender,
      to: [message.customerId],
    })
    switch (fault?.action) {
      case 'stay-pending':
        return
      case 'expire':
        return expire(message)
      case 'fail':
        return fail(message, fault.errorId)
      case 'media-refused':
        if (mediaOf(message).length > 0) return fail(message, fault.errorId)
        break
      case undefined:
    }
    const template = templateOf(message)
    noteCircumstances(message, template)
    if (isBlocklisted(world, message.accountId, customerOf(message), message.sender)) {
      return finish(message, 'rejected', REJECTED_BLOCKLISTED, NO_ERROR)
    }
    const problem = judgement(message, template) ?? (behaviour.media.fetch ? await fetchAll(message) : undefined)
    if (!store.isCurrent(message)) return
    store.put('message', message)
    if (problem !== undefined) return fail(message, problem)
    noteSent(message)
    // Nobody hears that a template is held, until it is let go.
    if (template?.pacing !== undefined)
      return template.pacing === 'dropped' ? fail(message, HELD_AND_DROPPED) : undefined
    await goOn(message)
  }

  const goOn = async (message: Message): Promise<void> => {
    if (message.intermediateReport === true) await report(message, DELIVERED_TO_OPERATOR, NO_ERROR)
    clock.schedule(clock.now() + behaviour.deliverAfterMs, () => arrive(message))
  }

  /** What it counts as, and in which window it goes: its price is by the moment of its sending. */
  const noteCircumstances = (message: Message, template: Template | undefined): void => {
    const window = customerOf(message).windows[message.sender]
    const now = clock.now()
    message.category = categoryOf(message, template)
    message.window = isOpen(window, now, behaviour.sessionWindowMs) ? 'open' : 'closed'
    message.freeEntryPoint = isFreeByAd(window, now)
  }

  const judgement = (message: Message, template: Template | undefined): number | undefined => {
    const { sender, bubble } = message
    const customer = customerOf(message)
    const portfolio = world.senders.portfolioOf(sender)
    return judge({
      bubble,
      customer,
      sender,
      template,
      behaviour,
      now: clock.now(),
      identity: store.get('identity', `${sender}:${customer.id}`),
      marketingLately: () => countMarketing(customer),
      isBeyondLimit: () =>
        world.reach.others(portfolio, customer.id, clock.now()) >=
        customersOf(world.senders.stateOf(sender).currentLimit),
    })
  }

  /** Marketing that reached the customer, or is on its way: from every number, as WhatsApp counts it. */
  const countMarketing = ({ id }: Customer): number =>
    settings.accounts
      .flatMap(({ senders }) => senders.flatMap(({ number }) => store.conversation(number, id)))
      .filter(
        ({ category, sentAt = 0, state }) =>
          category === 'marketing' && clock.now() - sentAt < DAY_MS && (state === 'delivered' || state === 'seen'),
      ).length

  const noteSent = ({ sender, customerId, bubble, window, sentAt = clock.now() }: Message): void => {
    if (bubble.template !== undefined && window === 'closed') {
      world.reach.note(world.senders.portfolioOf(sender), customerId, sentAt)
    }
    const customer = store.get('customer', customerId)
    const open = customer?.windows[sender]
    if (customer !== undefined && open !== undefined && answersAd(open, sentAt)) {
      openWindow(world, customer, sender, { ...open, adAnsweredAt: sentAt })
    }
  }

  const arrive = async (message: Message): Promise<void> => {
    if (!isUnderWay(message)) return
    const customer = customerOf(message)
    // A phone that is off keeps the message waiting until it is on, or the message expires.
    if (!customer.online) return
    const now = clock.now()
    Object.assign(message, {
      state: 'delivered',
      status: DELIVERED_TO_HANDSET,
      error: NO_ERROR,
      deliveredAt: now,
      doneAt: now,
      charge: bill(world, message, customer, templateOf(message)),
    })
    store.put('message', message)
    if (behaviour.seenAfterMs !== null && customer.readReceipts) {
      clock.schedule(now + behaviour.seenAfterMs, () => see(message))
    }
    await report(message, DELIVERED_TO_HANDSET, NO_ERROR)
  }

  const see = async (message: Message): Promise<void> => {
    if (message.state !== 'delivered') return
    const customer = customerOf(message)
    if (!customer.readReceipts) return
    message.state = 'seen'
    message.seenAt = clock.now()
    store.put('message', message)
    if (message.notify === false || !store.isCurrent(message)) return
    await outbox.send({
      accountId: message.accountId,
      kind: 'seen',
      url: message.seenUrl ?? message.notifyUrl,
      envelope: 'results',
      messageIds: [message.messageId],
      customerId: message.customerId,
      sender: message.sender,
      result: seenResult(formatOf(message), message, shownTo(world, customer, message.sender, 'report')),
    })
  }

  const begin = (message: Message): void => {
    const now = clock.now()
    clock.schedule(Math.max(message.sendAt ?? now, now), () => send(message))
    if (message.expiresAt !== undefined) {
      clock.schedule(Math.max(message.expiresAt, now), async () => {
        if (isUnderWay(message)) await expire(message)
      })
    }
  }

  return {
    begin,
    see,
    wake(customer) {
      for (const message of store.all('message')) {
        const waits = message.customerId === customer.id && message.state === 'pending' && message.sentAt !== undefined
        if (waits && templateOf(message)?.pacing === undefined) clock.schedule(clock.now(), () => arrive(message))
      }
    },
    release(template) {
      for (const message of store.all('message')) {
        if (message.state !== 'pending' || message.sentAt === undefined || templateOf(message)?.id !== template.id)
          continue
        clock.schedule(clock.now(), () =>
          template.pacing === 'dropped' ? fail(message, HELD_AND_DROPPED) : goOn(message),
        )
      }
    },
    resume() {
      for (const message of store.all('message')) {
        if (isUnderWay(message)) begin(message)
        else if (message.state === 'delivered' && behaviour.seenAfterMs !== null) {
          clock.schedule((message.deliveredAt ?? clock.now()) + behaviour.seenAfterMs, () => see(message))
        }
      }
    },
  }
}

/** Every media item that a bubble shows, also in its header and cards. */
function mediaOf(message: Message): Media[] {
  const bubbles = [message.bubble, ...(message.bubble.cards ?? [])]
  return bubbles.flatMap((bubble) => [bubble.media, bubble.header?.media]).filter((media) => media !== undefined)
}
