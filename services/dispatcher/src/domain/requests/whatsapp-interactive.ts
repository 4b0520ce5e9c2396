import type { CommandContent, InteractiveHeader } from '@imchannel/events'
import type { FindMedia } from './find-media.ts'
import { orderDetailsAction } from './order-details.ts'
import { present } from './present.ts'

type Body = Readonly<Record<string, unknown>>
type Contents<Type extends CommandContent['type']> = Extract<CommandContent, { type: Type }>

export type InteractiveContent = Contents<
  | 'buttons'
  | 'list'
  | 'urlButton'
  | 'product'
  | 'productList'
  | 'carousel'
  | 'flow'
  | 'voiceButton'
  | 'locationRequest'
  | 'contactRequest'
  | 'orderDetails'
  | 'orderStatus'
>

/** The `content` of a message of `/whatsapp/1/message/interactive/*`. */
export function interactiveContent(content: InteractiveContent, find: FindMedia): Body {
  switch (content.type) {
    case 'buttons':
      return framed(content, { buttons: content.buttons.map(({ id, title }) => ({ type: 'REPLY', id, title })) }, find)
    case 'list':
      return framed(content, { title: content.button, sections: content.sections }, find)
    case 'urlButton':
      return framed(content, { displayText: content.title, url: content.url }, find)
    case 'product':
      return present({
        action: { catalogId: content.catalogId, productRetailerId: content.productRetailerId },
        body: content.body === undefined ? undefined : { text: content.body },
        footer: footerOf(content.footer),
      })
    case 'productList':
      return present({
        header: headerOf(content.header, find),
        body: { text: content.body },
        action: { catalogId: content.catalogId, sections: content.sections },
        footer: footerOf(content.footer),
      })
    case 'carousel':
      return { body: { text: content.body }, action: carouselAction(content.cards, find) }
    case 'flow':
      return framed(content, flowAction(content), find)
    case 'voiceButton':
      return present({ body: { text: content.body }, action: voiceAction(content) })
    case 'locationRequest':
    case 'contactRequest':
      return { body: { text: content.body } }
    case 'orderDetails':
      return framed(content, orderDetailsAction(content), find)
    case 'orderStatus':
      return present({
        action: present({ payment: content.payment, status: content.status, description: content.description }),
        body: content.body === undefined ? undefined : { text: content.body },
        footer: footerOf(content.footer),
      })
  }
}

interface Frame {
  readonly body: string
  readonly header?: InteractiveHeader | undefined
  readonly footer?: string | undefined
}

function framed({ body, header, footer }: Frame, action: Body, find: FindMedia): Body {
  return present({ body: { text: body }, action, header: headerOf(header, find), footer: footerOf(footer) })
}

function headerOf(header: InteractiveHeader | undefined, find: FindMedia): Body | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string') return { type: 'TEXT', text: header }
  switch (header.type) {
    case 'text':
      return { type: 'TEXT', text: header.text }
    case 'image':
    case 'video':
      return { type: header.type.toUpperCase(), mediaUrl: find(header.media).url }
    case 'document': {
      const { url, filename } = find(header.media)
      return present({ type: 'DOCUMENT', mediaUrl: url, filename: header.filename ?? filename })
    }
  }
}

function footerOf(footer: string | undefined): Body | undefined {
  return footer === undefined ? undefined : { text: footer }
}

type Cards = Contents<'carousel'>['cards']

function carouselAction(cards: Cards, find: FindMedia): Body {
  const common = (card: Cards[number]) => ({
    header: { type: card.header.type.toUpperCase(), url: find(card.header.media).url },
    body: { text: card.body },
  })
  const sent = cards.map((card) =>
    'button' in card
      ? { ...common(card), button: { displayText: card.button.title, url: card.button.url } }
      : { ...common(card), buttons: card.buttons },
  )
  return { type: cards.some((card) => 'button' in card) ? 'URL' : 'QUICK_REPLY', cards: sent }
}

function voiceAction({ button, validityMinutes, payload }: Contents<'voiceButton'>): Body | undefined {
  const action = present({
    buttonDisplayText: button,
    callValidityPeriod: validityMinutes,
    callContextPayload: payload,
  })
  return Object.keys(action).length === 0 ? undefined : action
}

function flowAction(flow: Contents<'flow'>): Body {
  const { mode, version, flowToken, flowId, button, action, screen, data } = flow
  return present({
    mode,
    flowMessageVersion: version,
    flowToken,
    flowId,
    callToActionButton: button,
    flowAction: action,
    flowActionPayload: screen === undefined ? undefined : present({ screen, data }),
  })
}
