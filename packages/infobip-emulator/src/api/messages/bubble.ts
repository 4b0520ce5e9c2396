import { defined } from '../../delivery/defined.ts'
import type { MessageButton } from '../../schemas/messages/buttons.ts'
import type { MessageBody, MessageContent } from '../../schemas/messages/content.ts'
import type { ContentMessage, TemplateMessage } from '../../schemas/messages/request.ts'
import type { TemplateMessageContent } from '../../schemas/messages/template.ts'
import type { Action, Bubble, BubbleHeader } from '../../store/entities.ts'
import { findTemplate } from '../../templates/find-template.ts'
import { parseDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { fill, plainActions, registeredTexts } from '../whatsapp/template-bubble.ts'

/** How the phone shows a message of the Messages API. */
export function messagesBubble(world: World, message: TemplateMessage | ContentMessage): Bubble {
  return isTemplate(message) ? templateBubble(world, message) : contentBubble(message.content)
}

export const isTemplate = (message: TemplateMessage | ContentMessage): message is TemplateMessage =>
  message.template !== undefined

function contentBubble({ header, body, buttons, footer }: MessageContent): Bubble {
  const bubble = bodyBubble(body)
  return {
    ...bubble,
    ...defined({
      header: header === undefined ? bubble.header : { text: header.text },
      footer: footer?.text,
      actions: buttons?.map(actionOf) ?? bubble.actions,
    }),
  }
}

function bodyBubble(body: MessageBody): Bubble {
  switch (body.type) {
    case 'TEXT':
      return { kind: 'text', text: body.text }
    case 'IMAGE':
    case 'VIDEO': {
      const kind = body.type === 'IMAGE' ? 'image' : 'video'
      return { kind, media: { kind, url: body.url }, ...defined({ text: body.text }) }
    }
    case 'DOCUMENT':
      return {
        kind: 'document',
        media: { kind: 'document', url: body.url, ...defined({ filename: body.filename }) },
        ...defined({ text: body.text }),
      }
    case 'STICKER':
      return { kind: 'sticker', media: { kind: 'sticker', url: body.reference } }
    case 'LOCATION': {
      const { latitude, longitude, name, address } = body
      return { kind: 'location', location: { latitude, longitude, ...defined({ name, address }) } }
    }
    case 'CONTACT':
      return {
        kind: 'contacts',
        contacts: [{ name: { formattedName: body.name, firstName: body.name }, phones: [{ phone: body.phoneNumber }] }],
      }
    case 'LIST':
      return {
        kind: 'list',
        text: body.text,
        list: {
          button: body.subtext ?? 'Choose',
          sections: body.sections.map(({ sectionTitle, items }) => ({
            title: sectionTitle,
            rows: items.map(({ id, text, description }) => ({
              id: id ?? text,
              title: text,
              ...defined({ description }),
            })),
          })),
        },
      }
    case 'CAROUSEL':
      return {
        kind: 'carousel',
        cards: body.cards.map(({ body: card, buttons }) => ({
          kind: 'card',
          ...defined({
            header:
              card.url === undefined ? undefined : mediaHeader(card.isVideo === true ? 'video' : 'image', card.url),
            text: [card.title, card.text].filter((line) => line !== undefined).join('\n'),
            actions: buttons?.map(actionOf),
          }),
        })),
      }
    case 'RICH_LINK':
      return {
        kind: 'link',
        text: body.text,
        header: mediaHeader(body.isVideo === true ? 'video' : 'image', body.url),
        actions: [{ type: 'url', title: body.buttonText ?? 'Open', url: body.redirectUrl }],
      }
    case 'FLOW':
      return { kind: 'flow', text: body.text, actions: [{ type: 'flow', title: body.buttonText, id: body.token }] }
    case 'PRODUCT':
    case 'MIXED':
    case 'AUTHENTICATION_REQUEST':
    case 'TIME_PICKER':
    case 'ORDER_REQUEST':
    case 'ORDER_STATUS':
    case 'FORM': {
      const text = 'text' in body && typeof body.text === 'string' ? body.text : undefined
      return { kind: body.type.toLowerCase().replaceAll('_', ' '), details: body, ...defined({ text }) }
    }
  }
}

const mediaHeader = (kind: 'image' | 'video', url: string): BubbleHeader => ({ media: { kind, url } })

function actionOf(button: MessageButton): Action {
  switch (button.type) {
    case 'REPLY':
      return { type: 'reply', title: button.text, id: button.postbackData ?? button.text }
    case 'OPEN_URL':
      return { type: 'url', title: button.text, url: button.url }
    case 'DIAL_PHONE':
      return { type: 'phone', title: button.text, id: button.phoneNumber }
    case 'REQUEST_LOCATION':
      return { type: 'location', title: button.text ?? 'Send location' }
    case 'SHOW_LOCATION':
    case 'ADD_CALENDAR_EVENT':
      return { type: 'other', title: button.text }
  }
}

function templateBubble(world: World, { sender = '', template, content = {} }: TemplateMessage): Bubble {
  const { templateName: name, language = '' } = template
  const { header, body, buttons } = content
  const placeholders = placeholdersOf(body)
  const texts = registeredTexts(findTemplate(world, sender, name, language))
  const cards = cardsOf(body)
  return {
    kind: 'template',
    template: { name, language, placeholders, ...givenBeside(content, cards?.length) },
    ...defined({
      header: header === undefined ? registeredHeader(texts.header) : headerOf(header),
      text: texts.body === undefined ? undefined : fill(texts.body, placeholders),
      footer: texts.footer,
      actions:
        buttons?.map((button, i) => templateAction(button, texts.buttons[i] ?? `Button ${i + 1}`)) ??
        plainActions(texts.buttons),
      cards,
    }),
  }
}

/** What a request gives beside the values of the text. */
function givenBeside(
  { header, buttons, expirationTime = '' }: Partial<TemplateMessageContent>,
  cards: number | undefined,
) {
  return defined({
    header: header?.type,
    buttons: buttons?.map(valueOf),
    cards,
    offerEndsAt: parseDate(expirationTime),
  })
}

/** `{"type": "TEXT", "1": "Ada", "2": "Monday"}` in the order of its numbers. */
function placeholdersOf(body: TemplateMessageContent['body']): string[] {
  if (body === undefined || body.type === 'CAROUSEL') return []
  return Object.entries(body)
    .filter(([name]) => /^\d+$/.test(name))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => String(value))
}

function cardsOf(body: TemplateMessageContent['body']): Bubble[] | undefined {
  if (body?.type !== 'CAROUSEL') return undefined
  return body.cards.map((card) => ({
    kind: 'card',
    header: mediaHeader(card.header.type === 'IMAGE' ? 'image' : 'video', card.header.url),
    text: Object.values(card.body ?? {}).join(' · '),
  }))
}

function registeredHeader(text: string | undefined): BubbleHeader | undefined {
  return text === undefined ? undefined : { text }
}

function headerOf(header: NonNullable<TemplateMessageContent['header']>): BubbleHeader {
  switch (header.type) {
    case 'IMAGE':
      return mediaHeader('image', header.url)
    case 'VIDEO':
      return mediaHeader('video', header.url)
    case 'DOCUMENT':
      return { media: { kind: 'document', url: header.url, filename: header.filename } }
    case 'LOCATION':
      return { location: { latitude: header.latitude, longitude: header.longitude } }
    case 'TEXT':
      return {}
  }
}

type TemplateButton = NonNullable<TemplateMessageContent['buttons']>[number]

/** In the words of a definition. */
function valueOf(button: TemplateButton): { type: string; value?: string } {
  if (button.type === 'OPEN_URL') return { type: 'URL', value: button.suffix }
  if (button.type === 'COPY_CODE') return { type: 'COPY_CODE', value: button.code }
  return { type: button.type }
}

function templateAction(button: TemplateButton, title: string): Action {
  switch (button.type) {
    case 'QUICK_REPLY':
      return { type: 'reply', title, id: button.postbackData }
    case 'OPEN_URL':
      return { type: 'url', title, url: button.suffix }
    case 'COPY_CODE':
      return { type: 'copy', title: `Copy ${button.code}`, id: button.code }
    case 'FLOW':
      return { type: 'flow', title, ...defined({ id: button.token }) }
    case 'PHONE_NUMBER':
      return { type: 'phone', title }
    case 'CATALOG':
    case 'MULTI_PRODUCT':
      return { type: 'other', title: 'View catalogue' }
  }
}
