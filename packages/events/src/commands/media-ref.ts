import { z } from 'zod'

// Above what is taken, which is refused by name; room for line breaks is none, as they are no base64.
const MAX_BASE64 = 1024 * 1024

const byId = z.strictObject({ id: z.string().min(1).max(256).describe('What the media-server answered to the upload') })
const byUrl = z.strictObject({ url: z.string().min(1).max(2048).describe('An http(s) URL that Infobip can fetch') })
const byBytes = z.strictObject({
  base64: z.base64().min(1).max(MAX_BASE64).describe('The bytes themselves, up to 512 KiB decoded'),
  contentType: z.string().min(1).max(256),
})

/** A media item, in exactly one of three ways. */
export const mediaRef = z.union([byId, byUrl, byBytes], {
  error: 'is exactly one of {id}, {url} and {base64, contentType}',
})
export type MediaRef = z.infer<typeof mediaRef>

/** Inline bytes may be this many at most; larger ones are uploaded to the media-server. Kafka's own limit is 8 MiB a record. */
export const maxInlineMediaBytes = 512 * 1024
