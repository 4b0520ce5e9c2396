import { z } from 'zod'
import { object } from '../parts.ts'

export const billingDimensions = [
  'DAY',
  'MONTH',
  'APPLICATION_ID',
  'ENTITY_ID',
  'ACCOUNT_NAME',
  'ACCOUNT_KEY',
  'CATEGORY_CODE',
  'CATEGORY_NAME',
  'SUBCATEGORY_CODE',
  'SUBCATEGORY_NAME',
  'USER_NAME',
  'DIRECTION',
  'TRAFFIC_TYPE',
  'SENDER',
  'SENDER_TYPE',
  'NETWORK_NAME',
  'NORM_NET_CODE',
  'COUNTRY_NAME',
  'COUNTRY_CODE',
  'COUNTRY_PREFIX',
  'CAMPAIGN_ID',
  'CAMPAIGN_REFERENCE',
  'TEMPLATE_ID',
] as const
export type BillingDimension = (typeof billingDimensions)[number]

const words = z.array(z.string()).optional()

/** Body of `POST /billing/1/usage/query`. */
export const billingUsageQuery = object({
  callbackUrl: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
  request: object({
    filterBy: object({
      dateInterval: object({ sentSince: z.iso.date(), sentUntil: z.iso.date() }),
      accountKeys: words,
      categories: words,
      platforms: z.array(object({ applicationId: z.string().optional(), entityId: z.string().optional() })).optional(),
      directions: z.array(z.enum(['OUTBOUND', 'INBOUND'])).optional(),
      campaignReferenceIds: words,
    }),
    aggregateBy: z
      .array(z.enum(billingDimensions))
      .refine((all) => new Set(all).size === all.length, { error: 'must not have the same twice' }),
    options: object({ includeUnfinalizedData: z.boolean().default(true) }).optional(),
  }),
})
export type BillingUsageQuery = z.infer<typeof billingUsageQuery>
