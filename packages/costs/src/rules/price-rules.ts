/** What Meta charges by; `service` is whatever is no template. */
export const categories = ['marketing', 'utility', 'authentication', 'service'] as const
export type Category = (typeof categories)[number]

/** What was free from a day on, in the time zone of the WhatsApp Business Account. */
export interface PriceRules {
  /** Its first day: `2026-10-01`. */
  readonly validFrom: string
  readonly freeInOpenWindow: ReadonlySet<Category>
  /** Service messages that are free for each business number in each month. */
  readonly freeServiceMessages: number
}

/** Of Meta's pages on pricing, by date. The 72 hours after the answer to an ad are free under each of them. */
export const priceRules: readonly PriceRules[] = [
  // By message and no longer by conversation: answers cost nothing, nor does utility in an open window.
  { validFrom: '2025-07-01', freeInOpenWindow: new Set(['utility']), freeServiceMessages: Infinity },
  // Answers cost as utility does, after a thousand for each number and month; utility costs in the window, too.
  { validFrom: '2026-10-01', freeInOpenWindow: new Set(), freeServiceMessages: 1_000 },
]

/** The rules of a day; of days before the first ones, the first: nothing else is known of them. */
export function rulesOf(day: string, rules: readonly PriceRules[] = priceRules): PriceRules | undefined {
  return rules.findLast(({ validFrom }) => validFrom <= day) ?? rules[0]
}
