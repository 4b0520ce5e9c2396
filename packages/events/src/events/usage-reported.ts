import { z } from 'zod'
import { fromWebhook, instant } from './common.ts'

/** One row of a report of Infobip's Billing Usage API, which is the invoice's own data. */
export const usageReported = z.object({
  tenant: z.string(),
  requestId: z.string().describe('Of the question that the report answers'),
  since: instant.optional().describe('The period asked for'),
  until: instant.optional(),
  values: z
    .record(z.string(), z.string())
    .describe(
      'By Infobip’s name of the column (`ENTITY_ID`, `QUANTITY`, …); amounts with Infobip’s digits; null is absent',
    ),
  billingPeriods: z
    .array(z.object({ month: z.string(), volumeFinalized: z.boolean().optional() }))
    .optional()
    .describe('Whether the volume of a month is final'),
  ...fromWebhook,
})
export type UsageReported = z.infer<typeof usageReported>
