import { z } from 'zod'
import { named } from './schemas.ts'

/** RFC 9457, as every answer of 400 and more. */
export const problemBody = named(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('From docs/errors-of-console.md'),
    detail: z.string().optional(),
  }),
)
