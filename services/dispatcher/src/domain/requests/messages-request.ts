import type { InteractiveHeader, SendMessage } from '@imchannel/events'
import type { MessagesApiMessage, MessagesApiRequest, MessagesApiTemplateMessage } from '@imchannel/infobip'
import { isMessagesContent } from './carried-kinds.ts'
import type { MessagesContent } from './carried-kinds.ts'
import type { FindMedia } from './find-media.ts'
import { messagesTemplate } from './messages-template.ts'
import { futureOf } from './omni-request.ts'
import { present } from './present.ts'
import type { SendContext } from './send-context.ts'
import { validitySeconds } from './validity-period.ts'

type Content = MessagesApiMessage['content']
type Body = Content['body']

/** `POST /messages-api/1/messages`, one message. */
export function messagesRequest(command: SendMessage, context: SendContext, find: FindMedia): MessagesApiRequest {
  const { content, from, to, callbackData } = command
  if (!isMessagesContent(content)) throw new Error(`the Messages API cannot carry ${content.type}`)
  const sendAt = futureOf(command.sendAt, context.now)
  const address = { channel: 'WHATSAPP', sender: from, destinations: [{ to, messageId: context.messageId }] }
  const common = {
    options: messageOptions(command, sendAt, context.now),
    ...(callbackData === undefined ? {} : { webhooks: { callbackData } }),
  }
  const message: MessagesApiMessage | MessagesApiTemplateMessage =
    content.type === 'template'
      ? { ...address, ...messagesTemplate(content, find), ...common }
      : { ...address, content: messagesContent(content, find), ...common }
  return { messages: [message], ...scheduleOf(sendAt) }
}

export function scheduleOf(sendAt: string | undefined): Pick<MessagesApiRequest, 'options'> {
  return sendAt === undefined ? {} : { options: { schedule: { sendAt: new Date(sendAt).toISOString() } } }
}

function messageOptions(
  command: SendMessage,
  sendAt: string | undefined,
  now: number,
): NonNullable<MessagesApiMessage['options']> {
  const { expiresAt, entityId, applicationId } = command
  const seconds = validitySeconds(expiresAt, sendAt, now)
  const platform = {
    ...(entityId === undefined ? {} : { entityId }),
    ...(applicationId === undefined ? {} : { applicationId }),
  }
  return {
    ...(Object.keys(platform).length === 0 ? {} : { platform }),
    ...(seconds === undefined ? {} : { validityPeriod: { amount: seconds, timeUnit: 'SECONDS' } }),
    // Left alone, Infobip would send something else where it cannot show this, without a word.
    adaptationMode: false,
  }
}

function messagesContent(content: Exclude<MessagesContent, { type: 'template' }>, find: FindMedia): Content {
  switch (content.type) {
    case 'text':
      return { body: { type: 'TEXT', text: content.text } }
    case 'image':
    case 'video':
      return { body: body({ type: content.type.toUpperCase(), url: find(content.media).url, text: content.caption }) }
    case 'document': {
      const { url, filename } = find(content.media)
      return { body: body({ type: 'DOCUMENT', url, text: content.caption, filename: content.filename ?? filename }) }
    }
    case 'sticker':
      return { body: { type: 'STICKER', reference: find(content.media).url } }
    case 'location': {
      const { latitude, longitude, name, address } = content
      return { body: body({ type: 'LOCATION', latitude, longitude, name, address }) }
    }
    case 'buttons':
      return {
        ...headed(content.header, content.body, find),
        buttons: content.buttons.map(({ id, title }) => ({ type: 'REPLY', text: title, postbackData: id })),
        ...footed(content.footer),
      }
    case 'urlButton':
      return {
        ...headed(content.header, content.body, find),
        buttons: [{ type: 'OPEN_URL', text: content.title, url: content.url }],
        ...footed(content.footer),
      }
    case 'productList':
      return {
        header: { type: 'TEXT', text: content.header },
        body: { type: 'PRODUCT', text: content.body, catalogId: content.catalogId, sections: content.sections },
        ...footed(content.footer),
      }
    case 'flow':
      return { ...headed(content.header, undefined, find), body: flowBody(content), ...footed(content.footer) }
  }
}

/** A text stays a header; a media item becomes the body, and the text its caption. */
function headed(header: InteractiveHeader | undefined, text: string | undefined, find: FindMedia): Content {
  const plain = body({ type: 'TEXT', text })
  if (header === undefined) return { body: plain }
  if (typeof header === 'string') return { header: { type: 'TEXT', text: header }, body: plain }
  switch (header.type) {
    case 'text':
      return { header: { type: 'TEXT', text: header.text }, body: plain }
    case 'image':
    case 'video':
      return { body: body({ type: header.type.toUpperCase(), url: find(header.media).url, text }) }
    case 'document': {
      const { url, filename } = find(header.media)
      return { body: body({ type: 'DOCUMENT', url, text, filename: header.filename ?? filename }) }
    }
  }
}

function footed(footer: string | undefined): { footer?: { text: string } } {
  return footer === undefined ? {} : { footer: { text: footer } }
}

function flowBody(flow: Extract<MessagesContent, { type: 'flow' }>): Body {
  const { body: text, flowId, flowToken, button, mode, action = 'NAVIGATE', screen, data } = flow
  const payload = screen === undefined ? undefined : present({ screen, data })
  return body({
    type: 'FLOW',
    text,
    id: flowId,
    token: flowToken,
    buttonText: button,
    mode,
    action: present({ type: action, payload }),
  })
}

function body(fields: { type: string; [field: string]: unknown }): Body {
  return { type: fields.type, ...present(fields) }
}
