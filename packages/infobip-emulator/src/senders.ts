import type { AccountSettings, SenderSettings, Settings } from './settings.ts'
import type { Sender } from './store/entities.ts'
import type { Store } from './store/store.ts'

/** What is known of the business numbers, by the settings and by what was changed since. */
export interface Senders {
  accountOf(number: string): AccountSettings | undefined
  settingsOf(number: string): SenderSettings | undefined
  /** The WhatsApp Business Account whose templates it has. */
  businessAccountOf(number: string): number
  /** Meta's portfolio: within it a customer has one user id, and the messaging limit is one. */
  portfolioOf(number: string): string
  /** Quality, status and limit. */
  stateOf(number: string): Sender
}

/** Made up: an account's own, unless its senders say otherwise. */
const FIRST_BUSINESS_ACCOUNT_ID = 10_000_000_001

export function createSenders({ accounts }: Settings, store: Store, now: () => number): Senders {
  const startedAt = now()
  const found = new Map<string, { account: AccountSettings; index: number; sender: SenderSettings }>()
  accounts.forEach((account, index) => {
    for (const sender of account.senders) {
      if (!found.has(sender.number)) found.set(sender.number, { account, index, sender })
    }
  })
  return {
    accountOf: (number) => found.get(number)?.account,
    settingsOf: (number) => found.get(number)?.sender,
    businessAccountOf(number) {
      const one = found.get(number)
      return one?.sender.businessAccountId ?? FIRST_BUSINESS_ACCOUNT_ID + (one?.index ?? 0)
    },
    portfolioOf(number) {
      const one = found.get(number)
      return one?.sender.portfolio ?? one?.account.id ?? ''
    },
    stateOf: (number) =>
      store.get('sender', number) ?? {
        id: number,
        qualityRating: 'HIGH',
        status: 'CONNECTED',
        currentLimit: 'LIMIT_100K',
        changedAt: startedAt,
      },
  }
}
