import { z } from 'zod'
import { consentChanged, consentScopes, consentSources } from './account-events.ts'
import { instant } from './common.ts'

/** What one source says now of one customer: the value of the compacted topic. */
export const consentRecorded = z.object({
  tenant: z.string(),
  sender: z.string().optional().describe('The business number; absent where it is about all of the account'),
  from: z.string().describe('The customer, as the key has it'),
  source: z.enum(consentSources).describe('Each source has a record of its own, and lifts that alone'),
  state: z.enum(['optedOut', 'optedIn']),
  scope: z.enum(consentScopes),
  template: z.string().optional().describe('The name of the template, where the scope is one template'),
  since: instant.describe('The provider’s time of the change'),
  description: z.string().optional(),
  evidence: consentChanged.shape.evidence,
})
export type ConsentRecorded = z.infer<typeof consentRecorded>
