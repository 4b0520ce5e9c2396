import { toInstant } from '@imchannel/events'
import type { CommandContentOf } from '@imchannel/events'
import type { FindMedia } from './find-media.ts'
import { orderDetailsAction } from './order-details.ts'
import { present } from './present.ts'

type Template = CommandContentOf<'template'>
type Body = Readonly<Record<string, unknown>>

/** A template as WhatsApp's own endpoint takes it. `placeholders` is there also when it is empty: Infobip wants it. */
export function whatsAppTemplate(template: Template, find: FindMedia): Body {
  const { name, language, placeholders = [], header, buttons, carousel, limitedTimeOffer, orderStatus } = template
  return {
    templateName: name,
    templateData: present({
      body: { placeholders },
      header: header === undefined ? undefined : headerOf(header, find),
      buttons: buttonsOf(buttons),
      carousel: carousel === undefined ? undefined : { cards: carousel.map((card) => cardOf(card, find)) },
      limitedTimeOffer:
        limitedTimeOffer === undefined ? undefined : { expirationTime: toInstant(limitedTimeOffer.expiresAt) },
      orderStatus:
        orderStatus === undefined
          ? undefined
          : { orderStatuses: orderStatus.map((status) => ({ type: 'ORDER_STATUS', ...present(status) })) },
    }),
    language,
  }
}

function cardOf(card: NonNullable<Template['carousel']>[number], find: FindMedia): Body {
  return present({
    header: headerOf(card.header, find),
    body: card.placeholders === undefined ? undefined : { placeholders: card.placeholders },
    buttons: buttonsOf(card.buttons),
  })
}

function headerOf(header: NonNullable<Template['header']>, find: FindMedia): Body {
  switch (header.type) {
    case 'text':
      return { type: 'TEXT', placeholder: header.placeholder }
    case 'image':
    case 'video':
    case 'gif':
      return { type: header.type.toUpperCase(), mediaUrl: find(header.media).url }
    case 'document':
      return { type: 'DOCUMENT', mediaUrl: find(header.media).url, filename: header.filename }
    case 'location':
      return { type: 'LOCATION', latitude: header.latitude, longitude: header.longitude }
  }
}

/** Undefined where nothing is to be filled in: Infobip takes no empty list. */
function buttonsOf(buttons: Template['buttons']): Body[] | undefined {
  const sent = buttons?.flatMap(buttonOf) ?? []
  return sent.length === 0 ? undefined : sent
}

function buttonOf(button: NonNullable<Template['buttons']>[number]): Body[] {
  switch (button.type) {
    case 'quickReply':
      return [{ type: 'QUICK_REPLY', parameter: button.payload }]
    case 'url':
      // A button whose URL is whole in the template has nothing to fill in and is not listed.
      return button.parameter === undefined ? [] : [{ type: 'URL', parameter: button.parameter }]
    case 'copyCode':
      return [{ type: 'COPY_CODE', parameter: button.code }]
    case 'flow':
      return [present({ type: 'FLOW', flowToken: button.flowToken, data: button.data })]
    case 'catalog':
      return [present({ type: 'CATALOG', thumbnailProductRetailerId: button.thumbnailProductRetailerId })]
    case 'products':
      return [
        present({
          type: 'MULTI_PRODUCT',
          thumbnailProductRetailerId: button.thumbnailProductRetailerId,
          sections: button.sections,
        }),
      ]
    case 'orderDetails':
      return [{ type: 'ORDER_DETAILS', action: orderDetailsAction(button) }]
    case 'voiceCall':
      return [
        present({
          type: 'VOICE_CALL',
          callValidityPeriod: button.validityMinutes,
          callContextPayload: button.payload,
        }),
      ]
  }
}
