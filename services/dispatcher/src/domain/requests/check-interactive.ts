import type { CommandContent } from '@imchannel/events'
import { isFetchable } from './check-media.ts'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

const maxRows = 10

/** What Infobip demands of interactive messages beyond lengths and counts. */
export function checkInteractive(content: CommandContent): RequestRefusal | undefined {
  if (content.type === 'buttons') return checkButtons(content.buttons)
  if (content.type === 'list') return checkTitle(content.button, 'content.button') ?? checkSections(content.sections)
  if (content.type === 'urlButton') return checkLink(content.url, 'content.url')
  if (content.type === 'productList') return checkSectionTitles(content.sections)
  if (content.type === 'carousel') return checkCards(content.cards)
  return content.type === 'flow' ? checkFlow(content) : undefined
}

type Contents<T extends CommandContent['type']> = Extract<CommandContent, { type: T }>

function checkButtons(buttons: Contents<'buttons'>['buttons']): RequestRefusal | undefined {
  return (
    firstOf(buttons, ({ id, title }, index) => {
      const path = `content.buttons[${index}]`
      if (id.trim() !== id) return refusal('blank_at_edge', `${path}.id`, 'begins or ends with a blank')
      return checkTitle(title, `${path}.title`)
    }) ??
    repeated(
      buttons.map(({ id }) => id),
      'duplicate_id',
      (index) => `content.buttons[${index}].id`,
    ) ??
    repeated(
      buttons.map(({ title }) => title),
      'duplicate_title',
      (index) => `content.buttons[${index}].title`,
    )
  )
}

function checkCards(cards: readonly Contents<'carousel'>['cards'][number][]): RequestRefusal | undefined {
  return firstOf(cards, (card, index) =>
    'button' in card
      ? checkLink(card.button.url, `content.cards[${index}].button.url`)
      : checkCardButtons(card.buttons, index),
  )
}

function checkCardButtons(buttons: readonly { id: string }[], card: number): RequestRefusal | undefined {
  return repeated(
    buttons.map(({ id }) => id),
    'duplicate_id',
    (index) => `content.cards[${card}].buttons[${index}].id`,
  )
}

function checkSections(sections: Contents<'list'>['sections']): RequestRefusal | undefined {
  const rows = sections.flatMap((section, at) =>
    section.rows.map(({ id }, row) => ({ id, path: `content.sections[${at}].rows[${row}].id` })),
  )
  if (rows.length > maxRows)
    return refusal('too_many_rows', 'content.sections', `have ${rows.length} rows, ${maxRows} at most`)
  return (
    checkSectionTitles(sections) ??
    repeated(
      rows.map(({ id }) => id),
      'duplicate_id',
      (index) => rows[index]?.path ?? 'content.sections',
    )
  )
}

function checkSectionTitles(sections: readonly { title?: string | undefined }[]): RequestRefusal | undefined {
  if (sections.length < 2) return undefined
  return firstOf(sections, ({ title }, index) =>
    title === undefined || title === ''
      ? refusal(
          'missing_section_title',
          `content.sections[${index}].title`,
          'is missing, and there are several sections',
        )
      : undefined,
  )
}

/**
 * What Unicode shows as an emoji, flags and keycaps among them. Signs that are text unless U+FE0F follows (®, ™, ©) are text:
 * Infobip’s document says no more than that titles hold no emojis.
 */
const EMOJI = /\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\u20e3/v

function checkTitle(title: string, path: string): RequestRefusal | undefined {
  return EMOJI.test(title) ? refusal('emoji_not_allowed', path, 'holds an emoji') : undefined
}

function checkLink(url: string, path: string): RequestRefusal | undefined {
  return isFetchable(url) ? undefined : refusal('invalid_url', path, 'is no absolute http(s) URL')
}

function checkFlow({ action, screen, data }: Contents<'flow'>): RequestRefusal | undefined {
  if (action === 'DATA_EXCHANGE' && (screen ?? data) !== undefined) {
    return refusal('flow_screen_not_allowed', 'content.screen', 'goes with action NAVIGATE alone')
  }
  if (data !== undefined && screen === undefined)
    return refusal('flow_needs_screen', 'content.screen', 'is missing beside data')
  if (data !== undefined && Object.keys(data).length === 0)
    return refusal('flow_needs_screen', 'content.data', 'is empty')
  return undefined
}

function repeated(
  values: readonly string[],
  code: 'duplicate_id' | 'duplicate_title',
  pathOf: (index: number) => string,
): RequestRefusal | undefined {
  const index = values.findIndex((value, at) => values.indexOf(value) !== at)
  return index === -1 ? undefined : refusal(code, pathOf(index), 'is there twice')
}

function firstOf<T>(
  items: readonly T[],
  check: (item: T, index: number) => RequestRefusal | undefined,
): RequestRefusal | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(item, index)
    if (found !== undefined) return found
  }
  return undefined
}
