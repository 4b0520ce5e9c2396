import { z } from 'zod'
import { instant } from '../events/common.ts'

/** One language of a message template, as a record of the compacted topic of templates holds it; a deleted one is a tombstone. */
export const templateRecord = z.object({
  tenant: z.string(),
  businessAccountId: z.string().describe('The WhatsApp business account: all of its numbers have the same templates'),
  id: z.string().describe('WhatsApp’s; each language has its own'),
  name: z.string(),
  language: z.string(),
  status: z
    .string()
    .optional()
    .describe(
      'APPROVED, IN_APPEAL, PENDING, REJECTED, PENDING_DELETION, DELETED, REINSTATED, FLAGGED, FIRST_PAUSED, SECOND_PAUSED, DISABLED; words are open',
    ),
  category: z.string().optional().describe('MARKETING, UTILITY, AUTHENTICATION'),
  quality: z.string().optional().describe('HIGH, MEDIUM, LOW, UNKNOWN'),
  structure: z.unknown().optional().describe('Header, body, footer, buttons, carousel, as Infobip lists them'),
  asOf: instant.describe('When Infobip said so: by its list, or by a webhook that came later'),
  source: z.enum(['poll', 'webhook']),
})
export type TemplateRecord = z.infer<typeof templateRecord>

/** The key of its record: `{tenant}:{business account}:{name}:{language}`; names and languages hold no colon. */
export function templateKey({
  tenant,
  businessAccountId,
  name,
  language,
}: Pick<TemplateRecord, 'tenant' | 'businessAccountId' | 'name' | 'language'>): string {
  return `${tenant}:${businessAccountId}:${name}:${language}`
}
