import { z } from 'zod'
import { instant } from '../events/common.ts'

/** What a tenant's budgets have counted, as a record of the compacted topic of budgets holds it under the tenant's name. */
export const budgetRecord = z.object({
  tenant: z.string(),
  at: instant.describe('When it was so'),
  places: z
    .record(z.string(), z.int())
    .describe('The next offset by `topic:partition`: what stands before it is counted'),
  counts: z.array(
    z.object({
      budget: z.string().describe('`sender/day/messages/marketing`'),
      scope: z.string().describe('The business number; `-` for a budget of the whole tenant'),
      period: z.string().describe('`2026-12-01` or `2026-12`'),
      used: z.int().describe('Messages, or millionths of the currency'),
      settled: z.int().describe('What of it reports have shown; the rest is reserved'),
      open: z.record(z.string(), z.int()).describe('What may be on its way: units by messageId'),
    }),
  ),
})
export type BudgetRecord = z.infer<typeof budgetRecord>
