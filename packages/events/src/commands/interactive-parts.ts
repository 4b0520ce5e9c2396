import { z } from 'zod'
import { mediaRef } from './media-ref.ts'

/**
 * A text of at most so many characters. They are counted as code points, the count that is never above the other (UTF-16 units):
 * Infobip does not say which it means, and what fits by one count is not refused here.
 */
export function textOf(limit: number, least = 1): z.ZodString {
  return z
    .string()
    .min(least)
    .refine((text) => text.length <= limit || (text.length <= 2 * limit && Array.from(text).length <= limit), {
      error: `is longer than ${limit} characters`,
    })
    .meta({ maxLength: limit })
}

/** A name or an id that Infobip gives no limit for. Everything has one: a command may be 8 MiB. */
export const name = z.string().min(1).max(1_000)
/** The same where it may be empty. */
export const optionalName = z.string().max(1_000).optional()

export const body = textOf(1024)
export const footer = textOf(60)
export const textHeader = textOf(60)

/** The top of an interactive message: a text, or one media item. */
export const header = z.union(
  [
    textHeader,
    z.strictObject({ type: z.literal('text'), text: textHeader }),
    z.strictObject({ type: z.literal('image'), media: mediaRef }),
    z.strictObject({ type: z.literal('video'), media: mediaRef }),
    z.strictObject({ type: z.literal('document'), media: mediaRef, filename: z.string().max(240).optional() }),
  ],
  {
    error:
      'is a text of at most 60 characters, or {type: "text", text}, {type: "image" | "video", media}, {type: "document", media, filename?}',
  },
)
export type InteractiveHeader = z.infer<typeof header>

export const replyButton = z.strictObject({ id: z.string().min(1).max(256), title: textOf(20) })

/** JSON of a user's own making. */
export const freeObject = z.record(z.string(), z.unknown())
