import { isBsuid } from '@imchannel/events'
import type { SendMessage } from '@imchannel/events'
import type { OmniAdvancedRequest, OmniDestination, OmniWhatsApp } from '@imchannel/infobip'
import { isOmniContent } from './carried-kinds.ts'
import type { OmniContent } from './carried-kinds.ts'
import type { FindMedia } from './find-media.ts'
import { omniTemplate } from './omni-template.ts'
import type { SendContext } from './send-context.ts'
import { validitySeconds } from './validity-period.ts'

/** `POST /omni/1/advanced`, its fields in the order in which the legacy system wrote them. */
export function omniRequest(command: SendMessage, context: SendContext, find: FindMedia): OmniAdvancedRequest {
  const { callbackData, content, expiresAt } = command
  if (!isOmniContent(content)) throw new Error(`omni cannot carry ${content.type}`)
  const sendAt = futureOf(command.sendAt, context.now)
  const seconds = validitySeconds(expiresAt, sendAt, context.now)
  return {
    ...(context.scenarioKey === undefined ? {} : { scenarioKey: context.scenarioKey }),
    destinations: [omniDestination(command.to, context.messageId)],
    whatsApp: {
      ...omniContent(content, find),
      ...(seconds === undefined ? {} : { validityPeriod: seconds, validityPeriodTimeUnit: 'SECONDS' }),
    },
    ...(callbackData === undefined ? {} : { callbackData }),
    ...(sendAt === undefined ? {} : { sendAt: omniInstant(sendAt) }),
  }
}

/** One of the two addresses, never both: Infobip takes the phone where they differ. */
export function omniDestination(to: string, messageId: string): OmniDestination {
  return { to: isBsuid(to) ? { whatsAppUserId: to } : { phoneNumber: to }, messageId }
}

/** A time that has come is none: the message goes at once. */
export function futureOf(sendAt: string | undefined, now: number): string | undefined {
  return sendAt !== undefined && Date.parse(sendAt) > now ? sendAt : undefined
}

/** Omni's own spelling of UTC. */
export function omniInstant(instant: string): string {
  return new Date(instant).toISOString().replace('Z', '+0000')
}

function omniContent(content: OmniContent, find: FindMedia): OmniWhatsApp {
  switch (content.type) {
    case 'text':
      return { text: content.text, ...(content.previewUrl === undefined ? {} : { previewUrl: content.previewUrl }) }
    case 'image': {
      const { url, text } = captioned(content, find)
      return { ...text, imageUrl: url }
    }
    case 'video': {
      const { url, text } = captioned(content, find)
      return { ...text, videoUrl: url }
    }
    case 'document': {
      const { url, text } = captioned(content, find)
      return { ...text, fileUrl: url }
    }
    case 'audio':
      return { audioUrl: find(content.media).url }
    case 'location': {
      const { latitude, longitude, name, address } = content
      return {
        ...(name === undefined ? {} : { locationName: name }),
        ...(address === undefined ? {} : { address }),
        longitude,
        latitude,
      }
    }
    case 'contacts':
      return { contacts: content.contacts }
    case 'template':
      return omniTemplate(content, find)
  }
}

type Captioned = Extract<OmniContent, { type: 'image' | 'video' | 'document' }>

/** The caption goes as text, else the file's name does, as the legacy system had it. */
function captioned({ media, caption, filename }: Captioned, find: FindMedia): { url: string; text: { text?: string } } {
  const { url, filename: stored } = find(media)
  const text = caption ?? filename ?? stored
  return { url, text: text === undefined ? {} : { text } }
}
