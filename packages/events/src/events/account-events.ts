import { z } from 'zod'
import { amount, fromWebhook, instant } from './common.ts'

/** A message template's status, category or quality has changed. */
export const templateChanged = z.object({
  tenant: z.string(),
  templateId: z.string(),
  name: z.string().optional(),
  language: z.string().optional(),
  change: z.object({
    type: z.string().describe('TEMPLATE_STATUS_UPDATE, TEMPLATE_CATEGORY_UPDATE, TEMPLATE_QUALITY_UPDATE'),
    status: z.string().optional(),
    reason: z.string().optional(),
    previous: z.string().optional(),
    current: z.string().optional(),
  }),
  changedAt: instant.optional(),
  entityId: z.string().optional(),
  applicationId: z.string().optional(),
  ...fromWebhook,
})
export type TemplateChanged = z.infer<typeof templateChanged>

/** A customer's WhatsApp identity (key or number) has changed. */
export const identityChanged = z.object({
  tenant: z.string(),
  sender: z.string().optional().describe('The business number'),
  userNumber: z.string().optional(),
  userId: z.string().optional().describe('The BSUID'),
  hash: z.string().optional(),
  description: z.string().optional(),
  changedAt: instant.optional(),
  ...fromWebhook,
})
export type IdentityChanged = z.infer<typeof identityChanged>

/** A customer's payment has changed its status. */
export const paymentChanged = z.object({
  tenant: z.string(),
  sender: z.string().optional().describe('The business number'),
  from: z.string().optional().describe('The customer'),
  referenceId: z.string().optional(),
  paymentId: z.string().optional(),
  status: z.string().optional().describe('NEW, PENDING, CAPTURED, CANCELED, FAILED, UNKNOWN'),
  currency: z.string().optional(),
  total: z
    .object({ value: amount.optional(), offset: amount.optional().describe('The amount is value / offset') })
    .optional(),
  callbackData: z.unknown().optional().describe('Any JSON'),
  transactions: z
    .array(
      z.object({
        id: z.string().optional(),
        type: z.string().optional(),
        status: z.string().optional(),
        createdAt: instant.optional(),
        updatedAt: instant.optional(),
      }),
    )
    .optional(),
  changedAt: instant.optional(),
  ...fromWebhook,
})
export type PaymentChanged = z.infer<typeof paymentChanged>

/** A customer has stopped or resumed marketing messages. */
export const consentChanged = z.object({
  tenant: z.string(),
  sender: z.string().optional().describe('The business number'),
  from: z.string().optional().describe('The customer'),
  status: z.string().describe('As Infobip words it'),
  description: z.string().optional(),
  changedAt: instant.optional(),
  ...fromWebhook,
})
export type ConsentChanged = z.infer<typeof consentChanged>
