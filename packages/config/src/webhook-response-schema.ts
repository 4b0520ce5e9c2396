import { z } from 'zod'
import { wholeNumber } from './fields.ts'

/** What a stored webhook is answered with; a notification profile may ask for another status or body. */
export const webhookResponseSchema = z.strictObject({
  status: wholeNumber(200, 299).default(200).describe('Infobip’s documents know 200 alone as success.'),
  body: z.string({ error: () => 'must be text' }).default('{}'),
})
