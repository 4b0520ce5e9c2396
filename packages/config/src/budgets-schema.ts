import { type Budget, budgetName, categories, toUnits } from '@imchannel/costs'
import { z } from 'zod'
import { wholeNumber } from './fields.ts'

const over = z.enum(['advise', 'enforce'])

const amount = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z
    .string({ error: () => 'must be an amount such as 120.50' })
    .refine((text) => (toUnits(text) ?? 0) > 0, 'must be an amount above 0 such as 120.50, and less than nine billion'),
)

const budget = z
  .strictObject({
    per: z.enum(['tenant', 'sender']).describe('All of the tenant’s messages together, or those of each sender.'),
    category: z
      .enum(categories)
      .exactOptional()
      .describe('Messages of this category alone; `service` is what is no template. All unless set.'),
    period: z.enum(['day', 'month']).describe('By the calendar of the sender’s account, its `timeZone`.'),
    messages: wholeNumber(1, Number.MAX_SAFE_INTEGER)
      .exactOptional()
      .describe('How many; or `amount` with `currency`.'),
    amount: amount.exactOptional().describe('How much: by the account’s `rateCard` until reports show a price.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a currency’s code of three letters, such as EUR')
      .exactOptional()
      .describe('Of `amount`: prices in another one are not counted.'),
    over: over
      .default('advise')
      .describe('`advise` sends what is beyond it and says so; `enforce` rejects it (`budget_exhausted`).'),
  })
  .superRefine((one, context) => {
    if ((one.messages === undefined) === (one.amount === undefined))
      context.addIssue({ code: 'custom', message: 'must have messages, or amount with currency' })
    if ((one.amount === undefined) !== (one.currency === undefined))
      context.addIssue({ code: 'custom', path: ['currency'], message: 'belongs to an amount, which belongs to it' })
  })

/** How much a tenant may send. Two that count the same would be one. */
export const budgetsSchema = z
  .array(budget)
  .max(20)
  .superRefine((budgets, context) => {
    const seen = new Set<string>()
    budgets.forEach((one: Budget, index) => {
      const name = budgetName(one)
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: [index], message: `counts the same as another (${name})` })
      seen.add(name)
    })
  })

export const conversationLimitSchema = z.preprocess(
  (value) => (typeof value === 'object' ? value : { messages: value }),
  z.strictObject({
    messages: wholeNumber(1, 900).describe('How many.'),
    over: over.default('advise').describe('As with budgets (`conversation_limit`).'),
  }),
)
