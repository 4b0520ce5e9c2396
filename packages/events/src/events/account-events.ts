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
  source: z
    .enum(['webhook', 'poll'])
    .optional()
    .describe('`poll`: found in the account’s list, and no webhook told it within ten minutes; absent: a webhook'),
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
  parentUserId: z.string().optional(),
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

/** Who says it. Each has a life of its own: what one lifts, the others still say. */
export const consentSources = ['whatsapp', 'blocklist', 'keyword', 'command'] as const

/** What an opt-out covers: marketing alone, one template, or every message. */
export const consentScopes = ['marketing', 'template', 'all'] as const

/** A customer may no longer be written to, or may again. */
export const consentChanged = z.object({
  tenant: z.string(),
  sender: z.string().optional().describe('The business number; absent where it is about all of the account'),
  from: z.string().optional().describe('The customer'),
  userId: z.string().optional().describe('The BSUID'),
  status: z.string().describe('As Infobip words it'),
  description: z.string().optional(),
  changedAt: instant.optional(),
  state: z
    .enum(['optedOut', 'optedIn', 'unknown'])
    .optional()
    .describe('`unknown`: a status that IMChannel does not know'),
  scope: z.enum(consentScopes).optional(),
  template: z
    .string()
    .optional()
    .describe('The name of the template that it is about, where the scope is one template'),
  source: z
    .enum(consentSources)
    .optional()
    .describe('WhatsApp’s own switch, Infobip’s blocklist, a key word, or a command; each lifts itself alone'),
  channel: z.string().optional().describe('As Infobip names it; absent where it is about all'),
  evidence: z
    .object({
      messageId: z.string().optional().describe('The message that shows it'),
      sourceType: z.string().optional().describe('Of the blocklist: MO, URL_OPT_OUT, CAMPAIGN'),
      campaign: z.string().optional(),
      commandId: z.string().optional().describe('The command that says it'),
      by: z.string().optional().describe('Who corrected or imported it'),
    })
    .optional(),
  ...fromWebhook,
})
export type ConsentChanged = z.infer<typeof consentChanged>
