import type { CommandContentOf } from '@imchannel/events'
import type { MessagesApiTemplateMessage } from '@imchannel/infobip'
import type { FindMedia } from './find-media.ts'

type Template = CommandContentOf<'template'>
type Content = NonNullable<MessagesApiTemplateMessage['content']>
type Part = NonNullable<Content['header']>

/** What the unified form has words for. */
export function messagesTakesTemplate(template: Template): boolean {
  const { header, buttons = [], carousel, limitedTimeOffer, orderStatus, smsFailover } = template
  if (carousel ?? limitedTimeOffer ?? orderStatus ?? smsFailover) return false
  if (header?.type === 'gif') return false
  return buttons.every((button) => button.type === 'quickReply' || button.type === 'url' || button.type === 'copyCode')
}

export function messagesTemplate(
  template: Template,
  find: FindMedia,
): Pick<MessagesApiTemplateMessage, 'template' | 'content'> {
  const { name, language, placeholders = [], header, buttons = [] } = template
  const sentButtons = buttons.flatMap(buttonOf)
  return {
    template: { templateName: name, language },
    content: {
      ...(header === undefined ? {} : { header: headerOf(header, find) }),
      body: { type: 'TEXT', ...numbered(placeholders) },
      ...(sentButtons.length === 0 ? {} : { buttons: sentButtons }),
    },
  }
}

/** Placeholders by their number in the template, from 1. */
function numbered(placeholders: readonly string[]): Record<string, string> {
  return Object.fromEntries(placeholders.map((value, index) => [String(index + 1), value]))
}

function headerOf(header: NonNullable<Template['header']>, find: FindMedia): Part {
  switch (header.type) {
    case 'text':
      return { type: 'TEXT', '1': header.placeholder }
    case 'image':
      return { type: 'IMAGE', url: find(header.media).url }
    case 'video':
    case 'gif':
      return { type: 'VIDEO', url: find(header.media).url }
    case 'document':
      return { type: 'DOCUMENT', url: find(header.media).url, filename: header.filename }
    case 'location':
      return { type: 'LOCATION', latitude: header.latitude, longitude: header.longitude }
  }
}

function buttonOf(button: NonNullable<Template['buttons']>[number]): Part[] {
  if (button.type === 'quickReply') return [{ type: 'QUICK_REPLY', postbackData: button.payload }]
  if (button.type === 'copyCode') return [{ type: 'COPY_CODE', code: button.code }]
  // A button whose URL is whole in the template has nothing to fill in and is not listed.
  return button.type === 'url' && button.parameter !== undefined ? [{ type: 'OPEN_URL', suffix: button.parameter }] : []
}
