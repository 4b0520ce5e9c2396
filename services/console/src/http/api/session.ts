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
    mayLetIn: z.boolean().optional().describe('Whether they may make access for others'),
    csrfToken: z.string().optional().describe('For the header `X-CSRF-Token` of each POST'),
    expiresAt: instant.optional(),
    tenants: z.array(z.object({ id: z.string(), role })).describe('Those that may be looked at'),
    links: z.object({ jaeger: z.string().optional(), emulator: z.string().optional() }),
    progress,
  }),
)
export type SessionView = z.infer<typeof session>

export const linkRequest = named(
  'LinkRequest',
  z.strictObject({ token: z.string().max(4_000).describe('As `POST /v1/access` gave it') }),
)

export const accessRequest = named(
  'AccessRequest',
  z.strictObject({
    for: z
      .string()
      .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,60}$/u)
      .describe('Who or what it is for, as the audit names it'),
    role: role.describe('At most what the asker is'),
    tenants: z
      .array(z.string())
      .min(1)
      .max(1_000)
      .optional()
      .describe('Default: all for which the asker has that role'),
    hours: z.int().min(1).max(720),
  }),
)

export const access = named(
  'Access',
  z.object({
    token: z
      .string()
      .describe(
        'For the header `Authorization: Bearer`, or in a link to the page, `#/link/{token}`. Ends with its maker’s role, or password',
      ),
    expiresAt: instant,
  }),
)

export const loginRequest = named('LoginRequest', z.strictObject({ name: z.string(), password: z.string() }))
