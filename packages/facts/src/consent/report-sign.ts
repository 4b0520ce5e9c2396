import type { MessageDelivery } from '@imchannel/events'
import { WINDOW_MS } from '../window/window.ts'

/** What a delivery report says of consent. */
export type ReportSign =
  /** WhatsApp's own switch: only the customer can undo it. */
  | { readonly kind: 'optOut'; readonly scope: 'marketing' | 'template' }
  /** Somebody keeps messages from this customer, and it is not told for how long: advice, never a reason to refuse. */
  | { readonly kind: 'hint'; readonly code: number }
  /** There was no window. */
  | { readonly kind: 'noWindow' }

const byError: Readonly<Record<number, ReportSign>> = {
  7033: { kind: 'optOut', scope: 'marketing' },
  7030: { kind: 'optOut', scope: 'template' },
  7010: { kind: 'noWindow' },
}
/** The user blocked the business; blocked by the account's lists. */
const hints = { errors: new Set([7003, 2052]), statuses: new Set([13, 14]) }
const REJECTED = 5

/** Reads a report by its numbers alone: names differ between Infobip's systems. */
export function readReportSign({ status, error }: Pick<MessageDelivery, 'status' | 'error'>): ReportSign | undefined {
  const code = error?.id
  if (code !== undefined && Object.hasOwn(byError, code)) return byError[code]
  if (code !== undefined && hints.errors.has(code)) return { kind: 'hint', code }
  const { groupId, id } = status
  return groupId === REJECTED && id !== undefined && hints.statuses.has(id) ? { kind: 'hint', code: id } : undefined
}

/** Whether a hint still stands: it ends with the customer's next message, and after a day. */
export function standsHint(hintAt: number, at: number, lastInboundAt: number | undefined): boolean {
  return at < hintAt + WINDOW_MS && (lastInboundAt ?? -Infinity) < hintAt
}
