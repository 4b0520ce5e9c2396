import { z } from 'zod'

/** A diagnosis: somebody (Infobip, as a rule) asked the media-server for a media item. */
export const mediaFetched = z.object({
  tenant: z.string(),
  mediaId: z.string(),
  kind: z.string().describe('image, document, audio, video, sticker'),
  method: z.string().describe('HEAD or GET'),
  status: z.int(),
  bytes: z.int(),
  durationMs: z.number(),
  userAgent: z.string().optional(),
  commandIds: z.array(z.string()),
})
export type MediaFetched = z.infer<typeof mediaFetched>
