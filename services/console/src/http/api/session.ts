import { z } from 'zod'
import { instant, named, role } from './schemas.ts'

/** How far the projection is behind Kafka. */
export const progress = named(
  'Progress',
  z.object({
    reading: z.boolean().describe('The store is being filled: what is older than now may be missing'),
    behind: z.int().describe('Records that Kafka has and the store has not'),
    records: z.int().describe('Records that the store has'),
    readPerSecond: z.number().describe('Of the last seconds'),
    remainingSeconds: z.number().optional().describe('Until all is read, at this speed'),
    missingTopics: z
      .array(z.string())
      .describe('Topics that are not there or may not be read: what they tell is missing'),
  }),
)
export type Progress = z.infer<typeof progress>

/** Who asks, and what they may do. */
export const session = named(
  'Session',
  z.object({
    auth: z.enum(['oidc', 'proxy', 'basic', 'none']),
    user: z.string().optional().describe('Absent: nobody has logged in'),
    loginUrl: z
      .string()
      .optional()
      .describe('Where the browser goes to log in; with `basic` the page asks for name and password itself'),
    csrfToken: z.string().optional().describe('For the header `X-CSRF-Token` of each POST'),
    expiresAt: instant.optional(),
    tenants: z.array(z.object({ id: z.string(), role })).describe('Those that may be looked at'),
    links: z.object({ jaeger: z.string().optional(), emulator: z.string().optional() }),
    progress,
  }),
)
export type SessionView = z.infer<typeof session>

export const loginRequest = named('LoginRequest', z.strictObject({ name: z.string(), password: z.string() }))
