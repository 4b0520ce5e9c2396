import { z } from 'zod'
import { dateTime, latitude, longitude, object, records, upTo } from '../parts.ts'

const postbackData = z.string().optional()
const button = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  object({ type: z.literal(type), ...shape })

/** Buttons under a message that is not a template. */
export const messageButton = z.discriminatedUnion('type', [
  button('REPLY', { text: z.string(), postbackData }),
  button('OPEN_URL', {
    text: z.string(),
    url: z.string(),
    postbackData,
    openIn: z.enum(['BROWSER', 'WEBVIEW_FULL', 'WEBVIEW_HALF', 'WEBVIEW_TALL']).optional(),
  }),
  button('DIAL_PHONE', { text: z.string(), phoneNumber: z.string().regex(/^\+?[0-9]\d{1,14}$/), postbackData }),
  button('SHOW_LOCATION', { text: z.string(), latitude, longitude, name: upTo(1000).optional(), postbackData }),
  button('REQUEST_LOCATION', { text: z.string().optional(), postbackData }),
  button('ADD_CALENDAR_EVENT', {
    text: z.string(),
    postbackData,
    startTime: dateTime,
    endTime: dateTime,
    title: z.string(),
    description: z.string().optional(),
  }),
])
export type MessageButton = z.infer<typeof messageButton>

const quickReply = button('QUICK_REPLY', { postbackData: z.string() })
const openUrl = button('OPEN_URL', { suffix: z.string() })
const phoneNumber = button('PHONE_NUMBER', {})
const productId = upTo(3000).optional()

export const cardTemplateButton = z.discriminatedUnion('type', [quickReply, openUrl, phoneNumber])

export const templateButton = z.discriminatedUnion('type', [
  quickReply,
  openUrl,
  phoneNumber,
  button('FLOW', { token: upTo(3000).optional(), data: records.optional() }),
  button('COPY_CODE', { code: upTo(15) }),
  button('CATALOG', { productId }),
  button('MULTI_PRODUCT', {
    productId,
    sections: z
      .array(object({ title: upTo(24), productIds: z.array(z.string()) }))
      .min(1)
      .max(10),
  }),
])
