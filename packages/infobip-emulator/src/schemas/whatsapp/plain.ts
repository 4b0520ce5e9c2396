import { z } from 'zod'
import { contactCard, latitude, longitude, mediaUrl, object, text, upTo } from '../parts.ts'
import { message } from './envelope.ts'

const caption = upTo(3000).optional()
const place = z.enum(['HOME', 'WORK'])

export const textMessage = message(object({ text: text(1, 4096), previewUrl: z.boolean().optional() }))
export const documentMessage = message(object({ mediaUrl, caption, filename: upTo(240).optional() }))
export const imageMessage = message(object({ mediaUrl, caption }))
export const videoMessage = message(object({ mediaUrl, caption }))
export const audioMessage = message(object({ mediaUrl, voice: z.boolean().optional() }))
export const stickerMessage = message(object({ mediaUrl }))
export const locationMessage = message(
  object({ latitude, longitude, name: upTo(1000).optional(), address: upTo(1000).optional() }),
)
export const contactMessage = message(
  object({
    contacts: z.array(contactCard({ place, phone: z.enum(['CELL', 'MAIN', 'IPHONE', 'HOME', 'WORK']) })),
  }),
)
