import type { Store } from '../store/store.ts'
import { DAY_MS } from './window.ts'

/** Customers whom a portfolio has reached outside a window within 24 hours: Meta limits their number. */
export interface Reach {
  note(portfolio: string, customerId: string, at: number): void
  /** How many, this one left out. */
  others(portfolio: string, customerId: string, now: number): number
  clear(): void
}

/** @param portfolioOf of a business number */
export function createReach(store: Store, portfolioOf: (sender: string) => string): Reach {
  const reached = new Map<string, Map<string, number>>()
  const note: Reach['note'] = (portfolio, customerId, at) => {
    let customers = reached.get(portfolio)
    if (customers === undefined) reached.set(portfolio, (customers = new Map()))
    // The latest stand last.
    customers.delete(customerId)
    customers.set(customerId, at)
  }
  // What a former process sent counts too.
  for (const { bubble, window, sentAt, sender, customerId, direction } of store.all('message')) {
    if (direction === 'to-customer' && bubble.template !== undefined && window === 'closed' && sentAt !== undefined) {
      note(portfolioOf(sender), customerId, sentAt)
    }
  }
  return {
    note,
    others(portfolio, customerId, now) {
      const customers = reached.get(portfolio)
      if (customers === undefined) return 0
      for (const [id, at] of customers) {
        if (now - at < DAY_MS) break
        customers.delete(id)
      }
      return customers.size - (customers.has(customerId) ? 1 : 0)
    },
    clear: () => reached.clear(),
  }
}

const LIMITS: Readonly<Record<string, number>> = {
  LIMIT_250: 250,
  LIMIT_2K: 2_000,
  LIMIT_10K: 10_000,
  LIMIT_100K: 100_000,
}

/** How many customers a limit of Infobip's lets through; one without a number lets everybody. */
export const customersOf = (limit: string): number => LIMITS[limit] ?? Number.POSITIVE_INFINITY
