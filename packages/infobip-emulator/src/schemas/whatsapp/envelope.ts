import type { z } from 'zod'
import { z as zod } from 'zod'
import { object, text, upTo, urlOptions } from '../parts.ts'

/** What every single message of `/whatsapp/1/message/*` has around its content. */
export const envelope = {
  from: text(1, 24),
  to: text(1, 150),
  messageId: upTo(200).optional(),
  callbackData: upTo(4000).optional(),
  notifyUrl: upTo(2048).optional(),
  urlOptions: urlOptions.optional(),
  entityId: upTo(255).optional(),
  applicationId: upTo(255).optional(),
}

const context = object({ replyToMessageId: zod.string() }).optional()

/** A message whose content is required and may answer another. */
export const message = <C extends z.ZodType>(content: C) => object({ ...envelope, content, context })

export const bodyText = object({ text: text(1, 1024) })
export const footer = object({ text: text(1, 60) }).optional()
