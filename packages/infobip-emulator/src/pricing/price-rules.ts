import type { Category } from './price.ts'

/** What was free from a day on, in the time zone of the WhatsApp Business Account. */
export interface PriceRules {
  validFrom: string
  /** Free while the customer's 24-hour window is open. */
  freeInWindow: readonly Category[]
  /** Free for each number and month; beyond them it is charged. `null` is without end. */
  freeServiceMessages: number | null
}

/** Meta's announcements, the latest last. The 72 hours after an ad are free on every day, whatever is sent. */
export const priceRules: readonly PriceRules[] = [
  // https://developers.facebook.com/docs/whatsapp/pricing: by message, not by conversation; free answers.
  { validFrom: '2025-07-01', freeInWindow: ['utility'], freeServiceMessages: null },
  // …/pricing/non-template-messages (updated 2026-08-25): answers and utility in the window cost too, but for the first thousand answers.
  { validFrom: '2026-10-01', freeInWindow: [], freeServiceMessages: 1_000 },
]
