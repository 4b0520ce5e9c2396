import type { Customer, CustomerWindow } from '../store/entities.ts'

export const DAY_MS = 24 * 3_600_000
/** How long an answer to an ad makes everything free. */
const FREE_ENTRY_MS = 72 * 3_600_000

/** Kinds of inbound message of which no document says that they open the window: what the phone cannot show, and system notices. */
const NEVER_OPENS: readonly string[] = ['UNSUPPORTED', 'SYSTEM']

/** Whether a customer's message of Infobip's `type` opens the 24-hour window. */
export function opensWindow(type: string, reactionsOpenWindow: boolean): boolean {
  return type === 'REACTION' ? reactionsOpenWindow : !NEVER_OPENS.includes(type)
}

/** Whether free-form messages go: the very millisecond at which the time is over is too late. */
export function isOpen(window: CustomerWindow | undefined, now: number, windowMs: number): boolean {
  return window !== undefined && now - window.openedAt < windowMs
}

/**
 * The window after a message or a call. One that comes late moves nothing back.
 * @param given what is new, with the moment of the message in `openedAt`
 */
export function reopened(window: CustomerWindow | undefined, given: CustomerWindow): CustomerWindow {
  if (window === undefined) return given
  const { adAt, adAnsweredAt } = window
  const latestAd = Math.max(adAt ?? 0, given.adAt ?? 0)
  return {
    ...(window.openedAt > given.openedAt ? window : given),
    ...(latestAd === 0 ? {} : { adAt: latestAd }),
    ...(adAnsweredAt === undefined ? {} : { adAnsweredAt }),
  }
}

/** Whether a message that goes now is the first answer to the latest ad: within 24 hours of the customer's coming. */
export function answersAd(window: CustomerWindow | undefined, now: number): boolean {
  if (window?.adAt === undefined) return false
  return (window.adAnsweredAt ?? 0) < window.adAt && now - window.adAt < DAY_MS
}

/** Whether what goes now is free by an ad. The 72 hours count from the answer, and have nothing to do with the 24. */
export function isFreeByAd(window: CustomerWindow | undefined, now: number): boolean {
  if (answersAd(window, now)) return true
  return window?.adAnsweredAt !== undefined && now - window.adAnsweredAt < FREE_ENTRY_MS
}

/** As if so much time had passed for the customer and this number, and for nobody else. */
export function aged(customer: Customer, sender: string, ms: number): CustomerWindow | undefined {
  const window = customer.windows[sender]
  if (window === undefined) return undefined
  return {
    ...window,
    openedAt: window.openedAt - ms,
    ...(window.adAt === undefined ? {} : { adAt: window.adAt - ms }),
    ...(window.adAnsweredAt === undefined ? {} : { adAnsweredAt: window.adAnsweredAt - ms }),
  }
}
