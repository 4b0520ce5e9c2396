import type { CommandContentOf } from '@imchannel/events'
import type { OmniMediaTemplateData, OmniWhatsApp } from '@imchannel/infobip'
import type { FindMedia } from './find-media.ts'

type Template = CommandContentOf<'template'>

/** Omni knows headers of text, media and place, and buttons that reply or complete a URL; nothing newer. */
export function omniTakesTemplate(template: Template): boolean {
  const { header, buttons = [], carousel, limitedTimeOffer, orderStatus, smsFailover } = template
  if (carousel ?? limitedTimeOffer ?? orderStatus ?? smsFailover) return false
  if (header?.type === 'gif') return false
  return buttons.every(
    (button) => button.type === 'quickReply' || (button.type === 'url' && button.parameter !== undefined),
  )
}

export function omniTemplate(template: Template, find: FindMedia): OmniWhatsApp {
  const { name, namespace, language, placeholders = [], header, buttons } = template
  if (header === undefined && buttons === undefined) {
    return {
      ...(namespace === undefined ? {} : { templateNamespace: namespace }),
      templateName: name,
      templateData: placeholders,
      language,
    }
  }
  return {
    ...(namespace === undefined ? {} : { templateNamespace: namespace }),
    templateName: name,
    mediaTemplateData: {
      ...(header === undefined ? {} : { header: headerOf(header, find) }),
      body: { placeholders },
      ...(buttons === undefined ? {} : { buttons: buttons.flatMap(buttonOf) }),
    },
    language,
  }
}

function headerOf(
  header: NonNullable<Template['header']>,
  find: FindMedia,
): NonNullable<OmniMediaTemplateData['header']> {
  switch (header.type) {
    case 'text':
      return { textPlaceholder: header.placeholder }
    case 'image':
      return { imageUrl: find(header.media).url }
    case 'video':
    case 'gif':
      return { videoUrl: find(header.media).url }
    case 'document':
      return { documentUrl: find(header.media).url, documentFilename: header.filename }
    case 'location':
      return { latitude: header.latitude, longitude: header.longitude }
  }
}

type OmniButton = NonNullable<OmniMediaTemplateData['buttons']>[number]

function buttonOf(button: NonNullable<Template['buttons']>[number]): OmniButton[] {
  if (button.type === 'quickReply') return [{ quickReplyPayload: button.payload }]
  // `omniTakesTemplate` lets no other kind of button through.
  return button.type === 'url' && button.parameter !== undefined ? [{ urlPlaceholder: button.parameter }] : []
}
