import { messageActions } from '../faults/fault.ts'
import type { Customer, Media, Message } from '../store/entities.ts'
import { deliveryError, NO_ERROR, type DeliveryError } from '../wire/delivery-errors.ts'
import { DELIVERED_TO_HANDSET, DELIVERED_TO_OPERATOR, EXPIRED, UNDELIVERABLE, type Status } from '../wire/statuses.ts'
import type { World } from '../world.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { deliveryResult, seenResult, type ReportFormat } from '../webhooks/report-shapes.ts'
import { fetchMedia } from './fetch-media.ts'
import { takesValues } from './template-values.ts'
import { hasOpenWindow, isFreeForm } from './session-window.ts'

/** What becomes of a message once it was accepted. */
export interface Lifecycle {
  begin(message: Message): void
  /** The customer has looked at the conversation. */
  see(message: Message): Promise<void>
  /** The customer's phone is on again: what waited arrives. */
  wake(customer: Customer): void
  /** Takes up what a former process left. */
  resume(): void
}

const EXPIRED_ERROR = 5

const isOpen = (message: Message): boolean => message.state === 'pending' || message.state === 'scheduled'

export function createLifecycle(world: World, outbox: Outbox): Lifecycle {
  const { clock, store, settings } = world
  const { behaviour } = settings

  const customerOf = (message: Message): Customer =>
    store.get('customer', message.customerId) ?? {
      id: message.customerId,
      readReceipts: true,
      online: true,
      wroteAt: {},
    }

  const formatOf = (message: Message): ReportFormat => {
    const { reportFormat } = world.accountOf(message.accountId)?.webhooks ?? settings.webhooks
    if (reportFormat !== 'as-sent') return reportFormat
    return message.api === 'phone' ? 'omni' : message.api
  }

  const report = async (message: Message, status: Status, error: DeliveryError): Promise<void> => {
    if (message.notify === false || !store.isCurrent(message)) return
    const customer = customerOf(message)
    await outbox.send({
      accountId: message.accountId,
      kind: 'delivery',
      url: message.notifyUrl,
      envelope: 'results',
      messageIds: [message.messageId],
      customerId: message.customerId,
      result: deliveryResult(formatOf(message), {
        message,
        customer,
        status,
        error,
        sentAt: message.sentAt ?? message.at,
        doneAt: message.doneAt ?? clock.now(),
        price: behaviour.price,
      }),
    })
  }

  const finish = async (
    message: Message,
    state: 'undeliverable' | 'expired',
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
    if (!isOpen(message)) return
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
    const problem = await checkBeforeDelivery(message)
    if (!store.isCurrent(message)) return
    store.put('message', message)
    if (problem !== undefined) return fail(message, problem)
    if (message.intermediateReport === true) await report(message, DELIVERED_TO_OPERATOR, NO_ERROR)
    clock.schedule(clock.now() + behaviour.deliverAfterMs, () => arrive(message))
  }

  const checkBeforeDelivery = async (message: Message): Promise<number | undefined> => {
    const customer = customerOf(message)
    if (message.bubble.template !== undefined && behaviour.templates === 'registered') {
      const { name, language } = message.bubble.template
      const known = [...store.all('template')].some(
        (one) => one.sender === message.sender && one.name === name && one.language === language,
      )
      if (!known) return 7009
    }
    if (!takesValues(message.bubble)) return 7008
    if (behaviour.sessionWindow === 'enforced' && isFreeForm(message)) {
      if (!hasOpenWindow(customer, message.sender, clock.now(), behaviour.sessionWindowMs)) return 7010
    }
    return behaviour.media.fetch ? fetchAll(message) : undefined
  }

  const arrive = async (message: Message): Promise<void> => {
    if (!isOpen(message)) return
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
      result: seenResult(formatOf(message), message, customer),
    })
  }

  const begin = (message: Message): void => {
    const now = clock.now()
    clock.schedule(Math.max(message.sendAt ?? now, now), () => send(message))
    if (message.expiresAt !== undefined) {
      clock.schedule(Math.max(message.expiresAt, now), async () => {
        if (isOpen(message)) await expire(message)
      })
    }
  }

  return {
    begin,
    see,
    wake(customer) {
      for (const message of store.all('message')) {
        const waits = message.customerId === customer.id && message.state === 'pending' && message.sentAt !== undefined
        if (waits) clock.schedule(clock.now(), () => arrive(message))
      }
    },
    resume() {
      for (const message of store.all('message')) {
        if (isOpen(message)) begin(message)
        else if (message.state === 'delivered' && behaviour.seenAfterMs !== null) {
          clock.schedule((message.deliveredAt ?? clock.now()) + behaviour.seenAfterMs, () => see(message))
        }
      }
    },
  }
}

/** Every medium that a bubble shows, also in its header and cards. */
function mediaOf(message: Message): Media[] {
  const bubbles = [message.bubble, ...(message.bubble.cards ?? [])]
  return bubbles.flatMap((bubble) => [bubble.media, bubble.header?.media]).filter((media) => media !== undefined)
}
