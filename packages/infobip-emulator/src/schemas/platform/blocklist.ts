import { z } from 'zod'
import { object, text } from '../parts.ts'

const channel = z.enum(['SMS', 'EMAIL', 'VIBER', 'RCS', 'MMS', 'WHATSAPP'])
const MOST_DESTINATIONS = 50_000
export const blocklistSources = ['CUSTOM', 'MO', 'URL_OPT_OUT', 'CAMPAIGN'] as const

const entry = {
  destinations: z.array(object({ to: text(1, 255) })),
  sender: text(1, 255).optional(),
  channel: channel.optional(),
  accountKey: z.string().optional(),
}

const listOf = <T extends z.ZodType<{ destinations: unknown[] }>>(item: T) =>
  object({
    blocklist: z
      .array(item)
      .refine((entries) => entries.reduce((count, one) => count + one.destinations.length, 0) <= MOST_DESTINATIONS, {
        error: 'must have at most 50000 destinations in all',
      }),
  })

/** Body of `POST /platform/1/blocklists`. */
export const blocklistAddition = listOf(object(entry))

/** Body of `DELETE /platform/1/blocklists`: all that the entry has. */
export const blocklistRemoval = listOf(
  object({
    ...entry,
    channel: z.enum([...channel.options, 'APPLE_MB']).optional(),
    sourceType: z.enum(blocklistSources).optional(),
  }),
)
