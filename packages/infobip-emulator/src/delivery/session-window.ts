import type { Customer, Message } from '../store/entities.ts'

/** Templates may be sent at any time; everything else needs a customer who wrote lately. */
export const isFreeForm = (message: Message): boolean => message.bubble.template === undefined

/** Whether the customer wrote to this number within the window; each message renews it. */
export function hasOpenWindow(customer: Customer, sender: string, now: number, windowMs: number): boolean {
  const wroteAt = customer.wroteAt[sender]
  return wroteAt !== undefined && now - wroteAt < windowMs
}
