import { add, type Amount, noAmount, readAmount, writeAmount } from './amount.ts'

/** Sums by currency: two currencies are never one number. */
export interface Money {
  /** Does nothing and says so for what is no decimal number. */
  add(amount: string, currency: string): boolean
  /** By the currency's code. */
  totals(): MoneyTotal[]
}

export interface MoneyTotal {
  readonly currency: string
  /** Decimal string. */
  readonly amount: string
  /** How many amounts were added. */
  readonly messages: number
}

export function createMoney(): Money {
  const sums = new Map<string, { amount: Amount; messages: number }>()
  return {
    add: (text, currency) => {
      const amount = readAmount(text)
      if (amount === undefined) return false
      const before = sums.get(currency) ?? { amount: noAmount, messages: 0 }
      sums.set(currency, { amount: add(before.amount, amount), messages: before.messages + 1 })
      return true
    },
    totals: () =>
      [...sums]
        .map(([currency, { amount, messages }]) => ({ currency, amount: writeAmount(amount), messages }))
        .toSorted((a, b) => a.currency.localeCompare(b.currency)),
  }
}
