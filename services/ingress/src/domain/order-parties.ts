import { normaliseNumber } from '@imchannel/events'
import type { SeenReport } from '@imchannel/infobip'

/** Whether an account of the tenant has this number. */
export type IsOwnNumber = (number: string) => boolean

/**
 * Seen reports name the business first (as Infobip's own tests have it) or last (as its documentation says). The contact or the
 * tenant's own numbers tell, where they can.
 */
export function orderParties(report: SeenReport, isOwnNumber?: IsOwnNumber): SeenReport {
  const { sender, recipient, contact } = report
  if (sender === undefined || recipient === undefined) return report
  const customer = [contact?.phoneNumber, contact?.userId]
  const isOwn = (number: string): boolean => isOwnNumber?.(normaliseNumber(number)) === true
  const swapped =
    (isOwn(recipient) && !isOwn(sender)) ||
    (isOwn(recipient) === isOwn(sender) && customer.includes(sender) && !customer.includes(recipient))
  return swapped ? { ...report, sender: recipient, recipient: sender } : report
}
