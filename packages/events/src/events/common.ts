import { z } from 'zod'

/** A point in time: RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime().describe('RFC 3339 in UTC')

/** An amount of money: the digits of Infobip's JSON, never a float. */
export const amount = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('Decimal string with the digits of Infobip’s JSON')

export const price = z.object({ pricePerMessage: amount.optional(), currency: z.string().optional() })

export const status = z.object({
  groupId: z.int().optional().describe('0 accepted, 1 pending, 2 undeliverable, 3 delivered, 4 expired, 5 rejected'),
  groupName: z.string().optional(),
  id: z.int().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  action: z.string().optional(),
})

export const providerError = z.object({
  groupId: z.int().optional(),
  groupName: z.string().optional(),
  id: z.int().optional().describe('0 is no error'),
  name: z.string().optional(),
  description: z.string().optional(),
  permanent: z.boolean().optional(),
})

/** How Infobip names the customer; `userId` is the BSUID. */
export const contact = z.object({
  name: z.string().optional(),
  phoneNumber: z.string().optional(),
  userId: z.string().optional(),
  parentUserId: z.string().optional(),
  username: z.string().optional(),
})

export const identity = z.object({
  acknowledged: z.boolean().optional(),
  hash: z.string().optional(),
  createdAt: instant.optional(),
})

/** The customer service window that a message or call opens. Free-form messages may be sent before its end, not at it. */
export const serviceWindow = z.object({
  closesAt: instant.describe('24 hours after the customer’s message or call, by Infobip’s time'),
})

/** On every event made from a webhook. */
export const fromWebhook = {
  original: z.unknown().optional().describe('Infobip’s result, equal as JSON'),
  originalOmitted: z.literal(true).optional().describe('The record would have been too large with the original in it'),
}

/** On every report about a message sent. */
export const aboutSent = {
  tenant: z.string(),
  channel: z.string().optional().describe('As Infobip names it: WHATSAPP, SMS, VIBER, …'),
  messageId: z.string().optional(),
  commandId: z.string().optional().describe('The command, where this system sent the message'),
  sentAs: z
    .enum(['content', 'fallback'])
    .optional()
    .describe('Which form of the command was sent, where the ledger keeps that'),
  from: z.string().optional().describe('The business number'),
  to: z.string().optional().describe('The customer'),
  callbackData: z.string().optional(),
  entityId: z.string().optional(),
  applicationId: z.string().optional(),
}

export const rankField = z
  .int()
  .describe('accepted 1, pending 2, delivered to operator 3, delivered 4, seen 5, failed 6, unknown 0')
