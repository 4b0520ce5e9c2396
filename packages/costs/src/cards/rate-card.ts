import { parse } from 'yaml'
import { z } from 'zod'
import type { Category } from '../rules/price-rules.ts'

const rate = z
  .string()
  .refine((text) => /^\d+(\.\d+)?$/.test(text), 'is an amount such as 0.0210')
  .optional()

const day = z.string().refine(isDay, 'is a day such as 2026-10-01')

const rateCardSchema = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'is a currency’s code of three letters, such as EUR'),
  rates: z
    .array(
      z.strictObject({
        validFrom: day,
        market: z.string().regex(/^(\d{1,15}|\*)$/, 'is the first digits of customers’ numbers, or * for all others'),
        marketing: rate,
        utility: rate,
        authentication: rate,
        service: rate,
      }),
    )
    .min(1, 'has no rate')
    .superRefine(refuseRepeats),
})

/** Prices of an account by market, category and first day, as its contract with Infobip has them. A rate left out is not known: it is not zero. */
export type RateCard = z.infer<typeof rateCardSchema>

/** A file that is no rate card: every problem with its place, one a line. */
export class InvalidRateCard extends Error {
  override readonly name = 'InvalidRateCard'
}

/**
 * Reads the text of a rate card, YAML or JSON. Scalars are taken as they are written, quoted or not: `0.0210` keeps its digits.
 *
 * @throws InvalidRateCard
 */
export function readRateCard(text: string): RateCard {
  let written: unknown
  try {
    written = parse(text, { schema: 'failsafe' })
  } catch (error) {
    throw new InvalidRateCard(`it is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
  }
  const card = rateCardSchema.safeParse(written)
  if (card.success) return card.data
  throw new InvalidRateCard(card.error.issues.map(problemOf).join('\n'))
}

/** The rate of a message: of the longest market that its number begins with, its latest day that has come. */
export function rateFor(card: RateCard, message: RatedMessage): string | undefined {
  const { category, number, day: today } = message
  const fitting = card.rates.filter(
    (one) => one[category] !== undefined && one.validFrom <= today && covers(one.market, number),
  )
  const longest = Math.max(...fitting.map(({ market }) => lengthOf(market)))
  const [latest] = fitting
    .filter(({ market }) => lengthOf(market) === longest)
    .toSorted((a, b) => b.validFrom.localeCompare(a.validFrom))
  return latest?.[category]
}

export interface RatedMessage {
  readonly category: Category
  /** The customer's, digits; of a customer known by another name alone no market is known. */
  readonly number: string | undefined
  /** Of the delivery, in the account's time zone. */
  readonly day: string
}

function covers(market: string, number: string | undefined): boolean {
  return number !== undefined && /^\d+$/.test(number) && (market === '*' || number.startsWith(market))
}

function lengthOf(market: string): number {
  return market === '*' ? 0 : market.length
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true
}

type Rates = readonly { readonly market: string; readonly validFrom: string }[]

function refuseRepeats(rates: Rates, context: z.RefinementCtx): void {
  const seen = new Set<string>()
  rates.forEach(({ market, validFrom }, index) => {
    const name = `${market} ${validFrom}`
    if (seen.has(name))
      context.addIssue({ code: 'custom', path: [index], message: `repeats market ${market} from ${validFrom}` })
    seen.add(name)
  })
}

function problemOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  if (issue.code === 'unrecognized_keys') return `${place.slice(1) || 'the card'} has no ${issue.keys.join(', ')}`
  const problem = issue.code === 'invalid_type' ? 'is missing, or something else' : issue.message
  return `${place.replace(/^\./, '') || 'the card'} ${problem}`
}
