import { defined } from '../../delivery/defined.ts'
import type { TemplateContent } from '../../schemas/whatsapp/template-message.ts'
import type { Action, Bubble, BubbleHeader, Template } from '../../store/entities.ts'
import { findTemplate } from '../../templates/find-template.ts'
import { parseDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { reply } from './bubbles.ts'

type TemplateData = TemplateContent['templateData']
type Header = NonNullable<TemplateData['header']>
type Button = NonNullable<TemplateData['buttons']>[number]

/** How the phone shows a template: with the registered text where there is one, else with its name and what fills it. */
export function templateBubble(world: World, sender: string, content: TemplateContent): Bubble {
  const { templateName: name, language, templateData } = content
  const registered = findTemplate(world, sender, name, language)
  const texts = registeredTexts(registered)
  const { placeholders } = templateData.body
  const header = templateData.header === undefined ? undefined : headerOf(templateData.header, texts.header)
  return {
    kind: 'template',
    template: {
      name,
      language,
      placeholders,
      ...defined({
        header: templateData.header?.type,
        buttons: templateData.buttons?.map(valueOf),
        cards: templateData.carousel?.cards.length,
        offerEndsAt: parseDate(templateData.limitedTimeOffer?.expirationTime ?? ''),
      }),
    },
    ...defined({
      header: header ?? (texts.header === undefined ? undefined : { text: texts.header }),
      text: texts.body === undefined ? undefined : fill(texts.body, placeholders),
      footer: texts.footer,
      actions:
        templateData.buttons?.map((button, i) => actionOf(button, texts.buttons[i])) ?? plainActions(texts.buttons),
      cards: templateData.carousel?.cards.map((card) => ({
        kind: 'card',
        header: headerOf(card.header, undefined),
        ...defined({
          text: card.body?.placeholders.join(' · '),
          actions: card.buttons?.map((button, i) => actionOf(button, `Button ${i + 1}`)),
        }),
      })),
    }),
  }
}

/** `Hi {{1}}` with what stands at its place. */
export const fill = (text: string, placeholders: readonly string[]): string =>
  text.replace(/\{\{(\d+)\}\}/g, (whole, index: string) => placeholders[Number(index) - 1] ?? whole)

export const plainActions = (titles: readonly string[]): Action[] | undefined =>
  titles.length === 0 ? undefined : titles.map((title) => reply(title, title))

function headerOf(header: Header, text: string | undefined): BubbleHeader {
  switch (header.type) {
    case 'TEXT':
      return { text: text === undefined ? header.placeholder : fill(text, [header.placeholder]) }
    case 'IMAGE':
      return { media: { kind: 'image', url: header.mediaUrl } }
    case 'VIDEO':
    case 'GIF':
      return { media: { kind: 'video', url: header.mediaUrl } }
    case 'DOCUMENT':
      return { media: { kind: 'document', url: header.mediaUrl, filename: header.filename } }
    case 'LOCATION':
      return { location: { latitude: header.latitude, longitude: header.longitude } }
  }
}

const valueOf = (button: Button): { type: string; value?: string } => ({
  type: button.type,
  ...('parameter' in button && typeof button.parameter === 'string' ? { value: button.parameter } : {}),
})

function actionOf(button: Button, title: string | undefined): Action {
  switch (button.type) {
    case 'QUICK_REPLY':
      return reply(button.parameter, title ?? button.parameter)
    case 'URL':
      return { type: 'url', title: title ?? 'Open', url: button.parameter }
    case 'COPY_CODE':
      return { type: 'copy', title: title ?? `Copy ${button.parameter}`, id: button.parameter }
    case 'FLOW':
      return { type: 'flow', title: title ?? 'Open', ...defined({ id: button.flowToken }) }
    case 'VOICE_CALL':
      return { type: 'phone', title: title ?? 'Call' }
    case 'CATALOG':
    case 'MULTI_PRODUCT':
      return { type: 'other', title: title ?? 'View catalogue' }
    case 'ORDER_DETAILS':
      return { type: 'other', title: title ?? 'Review and pay' }
  }
}

export interface Texts {
  header?: string
  body?: string
  footer?: string
  buttons: string[]
}

/** The words of a template's definition. */
export function registeredTexts(template: Template | undefined): Texts {
  const { header, body, footer, buttons } = template?.structure ?? {}
  return {
    ...defined({ header: textOf(header), body: textOf(body), footer: textOf(footer) }),
    buttons: Array.isArray(buttons) ? buttons.map((button: unknown) => textOf(button) ?? 'Button') : [],
  }
}

const textOf = (part: unknown): string | undefined =>
  typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? part.text : undefined
