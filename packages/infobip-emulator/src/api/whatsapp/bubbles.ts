import type { z } from 'zod'
import { defined } from '../../delivery/defined.ts'
import type * as interactive from '../../schemas/whatsapp/interactive.ts'
import type * as orders from '../../schemas/whatsapp/orders.ts'
import type * as plain from '../../schemas/whatsapp/plain.ts'
import type { Action, Bubble, BubbleHeader, Media, MediaKind } from '../../store/entities.ts'

type Of<T extends z.ZodType> = z.infer<T>

const media = (kind: MediaKind, url: string, more: Partial<Media> = {}): Media => ({ kind, url, ...more })

/** How the phone shows each kind of `/whatsapp/1/message/*`. */
export const bubbles = {
  text: ({ content }: Of<typeof plain.textMessage>): Bubble => ({ kind: 'text', text: content.text }),
  image: ({ content }: Of<typeof plain.imageMessage>): Bubble => captioned('image', content),
  video: ({ content }: Of<typeof plain.videoMessage>): Bubble => captioned('video', content),
  document: ({ content }: Of<typeof plain.documentMessage>): Bubble => ({
    kind: 'document',
    media: media('document', content.mediaUrl, defined({ filename: content.filename })),
    ...defined({ text: content.caption }),
  }),
  audio: ({ content }: Of<typeof plain.audioMessage>): Bubble => ({
    kind: 'audio',
    media: media('audio', content.mediaUrl, defined({ voice: content.voice })),
  }),
  sticker: ({ content }: Of<typeof plain.stickerMessage>): Bubble => ({
    kind: 'sticker',
    media: media('sticker', content.mediaUrl),
  }),
  location: ({ content }: Of<typeof plain.locationMessage>): Bubble => {
    const { latitude, longitude, name, address } = content
    return { kind: 'location', location: { latitude, longitude, ...defined({ name, address }) } }
  },
  contact: ({ content }: Of<typeof plain.contactMessage>): Bubble => ({ kind: 'contacts', contacts: content.contacts }),

  buttons: ({ content }: Of<typeof interactive.buttonsMessage>): Bubble => ({
    kind: 'buttons',
    ...parts(content),
    actions: content.action.buttons.map(({ id, title }) => reply(id, title)),
  }),
  list: ({ content }: Of<typeof interactive.listMessage>): Bubble => ({
    kind: 'list',
    ...parts(content),
    list: {
      button: content.action.title,
      sections: content.action.sections.map(({ title, rows }) => ({
        ...defined({ title }),
        rows: rows.map(({ id, title, description }) => ({ id, title, ...defined({ description }) })),
      })),
    },
  }),
  carousel: ({ content: { action, body } }: Of<typeof interactive.mediaCarouselMessage>): Bubble => ({
    kind: 'carousel',
    text: body.text,
    cards:
      action.type === 'QUICK_REPLY'
        ? action.cards.map((one) =>
            card(
              one,
              one.buttons.map(({ id, title }) => reply(id, title)),
            ),
          )
        : action.cards.map((one) => card(one, [{ type: 'url', title: one.button.displayText, url: one.button.url }])),
  }),
  locationRequest: ({ content }: Of<typeof interactive.locationRequestMessage>): Bubble => ({
    kind: 'location request',
    ...parts(content),
    actions: [{ type: 'location', title: 'Send location' }],
  }),
  contactInfoRequest: ({ content }: Of<typeof interactive.requestContactInfoMessage>): Bubble => ({
    kind: 'contact info request',
    ...parts(content),
    actions: [{ type: 'other', title: 'Share contact info' }],
  }),
  product: ({ content }: Of<typeof interactive.productMessage>): Bubble => ({
    kind: 'product',
    ...parts(content),
    details: content.action,
    actions: [{ type: 'other', title: 'View product' }],
  }),
  multiProduct: ({ content }: Of<typeof interactive.multiProductMessage>): Bubble => ({
    kind: 'products',
    ...parts(content),
    details: content.action,
    actions: [{ type: 'other', title: 'View items' }],
  }),
  flow: ({ content }: Of<typeof interactive.flowMessage>): Bubble => ({
    kind: 'flow',
    ...parts(content),
    details: content.action,
    actions: [{ type: 'flow', title: content.action.callToActionButton, id: content.action.flowToken }],
  }),
  urlButton: ({ content }: Of<typeof interactive.urlButtonMessage>): Bubble => ({
    kind: 'url button',
    ...parts(content),
    actions: [{ type: 'url', title: content.action.displayText, url: content.action.url }],
  }),
  callPermission: (): Bubble => ({
    kind: 'call permission request',
    text: 'May we call you?',
    actions: [
      { type: 'other', title: 'Allow', id: 'ACCEPT' },
      { type: 'other', title: 'Not now', id: 'REJECT' },
    ],
  }),
  authentication: (): Bubble => ({
    kind: 'authentication request',
    text: 'Confirm that it is you',
    actions: [{ type: 'other', title: 'Confirm' }],
  }),
  voiceButton: ({ content }: Of<typeof interactive.voiceButtonMessage>): Bubble => ({
    kind: 'voice button',
    text: content.body.text,
    actions: [{ type: 'phone', title: content.action?.buttonDisplayText ?? 'Call now' }],
  }),
  orderDetails: ({ content }: Of<typeof orders.orderDetailsMessage>): Bubble => ({
    kind: 'order',
    ...parts(content),
    details: content.action,
    actions: [{ type: 'other', title: 'Review and pay' }],
  }),
  orderStatus: ({ content }: Of<typeof orders.orderStatusMessage>): Bubble => ({
    kind: 'order status',
    ...parts(content),
    details: content.action,
  }),
}

export const reply = (id: string, title: string): Action => ({ type: 'reply', id, title })

function captioned(kind: 'image' | 'video', content: { mediaUrl: string; caption?: string | undefined }): Bubble {
  return { kind, media: media(kind, content.mediaUrl), ...defined({ text: content.caption }) }
}

interface Card {
  header: { type: 'IMAGE' | 'VIDEO'; url: string }
  body: { text: string }
}

const card = ({ header, body }: Card, actions: Action[]): Bubble => ({
  kind: 'card',
  header: { media: media(header.type === 'IMAGE' ? 'image' : 'video', header.url) },
  text: body.text,
  actions,
})

interface InteractiveParts {
  header?: { type: string; text?: string; mediaUrl?: string; filename?: string | undefined } | undefined
  body?: { text: string } | undefined
  footer?: { text: string } | undefined
}

function parts({ header, body, footer }: InteractiveParts): Pick<Bubble, 'header' | 'text' | 'footer'> {
  return defined({
    header: header === undefined ? undefined : headerOf(header),
    text: body?.text,
    footer: footer?.text,
  })
}

function headerOf(header: NonNullable<InteractiveParts['header']>): BubbleHeader {
  const { type, text, mediaUrl, filename } = header
  if (mediaUrl === undefined) return defined({ text })
  const kind = type === 'IMAGE' ? 'image' : type === 'VIDEO' ? 'video' : 'document'
  return { media: media(kind, mediaUrl, defined({ filename })) }
}
