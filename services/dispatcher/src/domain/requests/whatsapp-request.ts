import type { CommandContent, SendMessage } from '@imchannel/events'
import { whatsAppMessagePaths } from '@imchannel/infobip'
import type { WhatsAppMessage, WhatsAppTemplateRequest } from '@imchannel/infobip'
import type { FindMedia } from './find-media.ts'
import type { SendContext } from './send-context.ts'
import { whatsAppContent } from './whatsapp-content.ts'
import { whatsAppTemplate } from './whatsapp-template.ts'

type Kind = Exclude<CommandContent['type'], 'native'>

/** The endpoint of each kind of content. */
export const whatsAppPaths: Readonly<Record<Kind, string>> = {
  text: whatsAppMessagePaths.text,
  image: whatsAppMessagePaths.image,
  video: whatsAppMessagePaths.video,
  audio: whatsAppMessagePaths.audio,
  document: whatsAppMessagePaths.document,
  sticker: whatsAppMessagePaths.sticker,
  location: whatsAppMessagePaths.location,
  contacts: whatsAppMessagePaths.contacts,
  template: whatsAppMessagePaths.template,
  buttons: whatsAppMessagePaths.buttons,
  list: whatsAppMessagePaths.list,
  product: whatsAppMessagePaths.product,
  productList: whatsAppMessagePaths.multiProduct,
  carousel: whatsAppMessagePaths.carousel,
  urlButton: whatsAppMessagePaths.urlButton,
  locationRequest: whatsAppMessagePaths.locationRequest,
  contactRequest: whatsAppMessagePaths.contactRequest,
  flow: whatsAppMessagePaths.flow,
  voiceButton: whatsAppMessagePaths.voiceButton,
  callPermissionRequest: whatsAppMessagePaths.callPermissionRequest,
  authenticationRequest: whatsAppMessagePaths.authenticationRequest,
  orderDetails: whatsAppMessagePaths.orderDetails,
  orderStatus: whatsAppMessagePaths.orderStatus,
}

/** A message of `/whatsapp/1/message/*`; a template goes as a list of one. */
export function whatsAppRequest(
  command: SendMessage,
  context: SendContext,
  find: FindMedia,
): WhatsAppMessage | WhatsAppTemplateRequest {
  const { content } = command
  if (content.type === 'template') {
    const { smsFailover } = content
    const message = { ...envelope(command, context), content: whatsAppTemplate(content, find) }
    return { messages: [smsFailover === undefined ? message : { ...message, smsFailover }] }
  }
  if (content.type === 'native') throw new Error('a native message has a request of its own')
  const body = whatsAppContent(content, find)
  return { ...envelope(command, context), ...(body === undefined ? {} : { content: body }) }
}

export function envelope(command: SendMessage, { messageId }: SendContext): WhatsAppMessage {
  const { from, to, callbackData, entityId, applicationId, replyTo } = command
  return {
    from,
    to,
    messageId,
    ...(callbackData === undefined ? {} : { callbackData }),
    ...(entityId === undefined ? {} : { entityId }),
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(replyTo === undefined ? {} : { context: { replyToMessageId: replyTo.messageId } }),
  }
}
