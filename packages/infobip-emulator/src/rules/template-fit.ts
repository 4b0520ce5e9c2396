import type { Template, TemplateUse } from '../store/entities.ts'

const MOST_CHARACTERS = 1_024

/** The part of a definition that says what has to be given; Infobip's `structure`, as far as it is read. */
interface Structure {
  header?: { format?: string; text?: string }
  body?: { text?: string }
  buttons?: { type?: string; url?: string }[]
  carousel?: { cards?: unknown[] }
  limitedTimeOffer?: { hasExpiration?: boolean }
  type?: string
}

/** Whether what a request gives is what the template's definition wants. One that the API cannot show is not judged. */
export function fitsDefinition(use: TemplateUse, { category, structure: raw }: Template, now: number): boolean {
  const structure: Structure = raw // checked when it was created
  if (structure.type === 'UNSUPPORTED') return true
  // A one-time code is the only value of its template, whose text WhatsApp has itself.
  if (category === 'AUTHENTICATION') return use.placeholders.length === 1
  return (
    fitsBody(use, structure.body?.text ?? '') &&
    fitsHeader(use, structure.header) &&
    fitsButtons(use, structure.buttons ?? []) &&
    fitsCards(use, structure.carousel) &&
    fitsOffer(use, structure.limitedTimeOffer, now)
  )
}

function fitsCards({ cards = 0 }: TemplateUse, wanted: Structure['carousel']): boolean {
  return cards === (wanted?.cards?.length ?? 0)
}

function fitsOffer({ offerEndsAt = 0 }: TemplateUse, wanted: Structure['limitedTimeOffer'], now: number): boolean {
  return wanted?.hasExpiration !== true || offerEndsAt > now
}

/** The same placeholder twice is one value. */
function placeholdersIn(text: string): number {
  return new Set(Array.from(text.matchAll(/\{\{(\w+)\}\}/g), ([, name]) => name)).size
}

function fitsBody({ placeholders }: TemplateUse, text: string): boolean {
  if (placeholders.length !== placeholdersIn(text)) return false
  const filled = text.replace(/\{\{(\d+)\}\}/g, (_, index: string) => placeholders[Number(index) - 1] ?? '')
  return filled.length <= MOST_CHARACTERS
}

function fitsHeader({ header }: TemplateUse, wanted: Structure['header']): boolean {
  const { format, text = '' } = wanted ?? {}
  if (format === undefined || (format === 'TEXT' && placeholdersIn(text) === 0)) return header === undefined
  return header === format
}

/** A URL with a placeholder and a code to copy need a value each; what a quick reply gives back has a default. */
function fitsButtons({ buttons = [] }: TemplateUse, wanted: NonNullable<Structure['buttons']>): boolean {
  const given = (type: string): number => buttons.filter((one) => one.type === type).length
  const needed = (type: string): number =>
    wanted.filter((one) => one.type === type && (type !== 'URL' || placeholdersIn(one.url ?? '') > 0)).length
  const known = (type: string): number => wanted.filter((one) => one.type === type).length
  return (
    ['URL', 'COPY_CODE'].every((type) => given(type) === needed(type)) && given('QUICK_REPLY') <= known('QUICK_REPLY')
  )
}
