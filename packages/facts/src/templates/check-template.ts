import type { CommandContentOf } from '@imchannel/events'
import type { TemplateButton, TemplateCard, TemplateDefinition } from '@imchannel/infobip'
import type { Finding } from '../gates/decide.ts'

type Template = CommandContentOf<'template'>

/** What the account's list of templates says of a name and language. */
export interface KnownTemplate {
  readonly definition?: TemplateDefinition | undefined
  /** The list is young enough, and whole: what is not in it does not exist. */
  readonly isListed: boolean
}

/** Where a command does not fit its template, what is wanted there and what was given. */
interface Mismatch {
  readonly where: string
  readonly wanted: string
  readonly given: string
}

const refused = new Set(['PENDING', 'REJECTED', 'DISABLED', 'PENDING_DELETION', 'DELETED'])
const paused = new Set(['FIRST_PAUSED', 'SECOND_PAUSED'])

/** WhatsApp's limits of a text with its values in place. */
const MAX_BODY = 1_024
const MAX_HEADER = 60

/** What speaks against sending a template as far as it is known; a template that is not known, or not shown, never does. */
export function checkTemplate(content: Template, known: KnownTemplate, now: number): Finding | undefined {
  const { definition } = known
  const named = `template ${content.name} (${content.language})`
  if (definition === undefined) {
    return known.isListed
      ? {
          gate: 'template',
          code: 'template_unknown',
          reason: `the account has no ${named}: names and languages are exact`,
        }
      : undefined
  }
  const status = definition.status ?? ''
  if (refused.has(status))
    return { gate: 'template', code: 'template_not_approved', reason: `${named} is ${status}`, details: { status } }
  if (paused.has(status))
    return {
      gate: 'template',
      code: 'template_paused',
      reason: `${named} is paused by WhatsApp for its quality: try again in some hours, or use another`,
      details: { status },
    }
  const mismatch = findMismatch(content, definition, now)
  if (mismatch === undefined) return undefined
  const { where, wanted, given } = mismatch
  const reason = `${named}: ${where} wants ${wanted}, and was given ${given}`
  return { gate: 'template', code: 'template_mismatch', reason, details: { where, wanted, given } }
}

/** Authentication templates need a phone number: WhatsApp takes none of them for a user id. */
export function checkRecipient(category: string | undefined, isUserId: boolean): Finding | undefined {
  if (!isUserId || category?.toUpperCase() !== 'AUTHENTICATION') return undefined
  const reason = 'to: WhatsApp takes authentication templates for phone numbers alone, and this is a user id'
  return { gate: 'identity', code: 'phone_required', reason }
}

function findMismatch(content: Template, { structure }: TemplateDefinition, now: number): Mismatch | undefined {
  if (structure.type === 'UNSUPPORTED') return undefined
  return (
    checkPart(content, structure, 'content') ??
    checkCards(content.carousel ?? [], structure.cards) ??
    checkOffer(content.limitedTimeOffer?.expiresAt, structure.offer?.hasExpiration ?? false, now)
  )
}

type Part = Pick<Template, 'placeholders' | 'header' | 'buttons'>

function checkPart(given: Part, wanted: TemplateCard, at: string): Mismatch | undefined {
  return (
    checkBody(given.placeholders ?? [], wanted.body, `${at}.placeholders`) ??
    checkHeader(given.header, wanted.header, `${at}.header`) ??
    checkButtons(given.buttons ?? [], wanted.buttons, `${at}.buttons`)
  )
}

/** Distinct numbers: a value may stand in several places. */
function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name = '']) => name))]
}

function checkBody(given: readonly string[], text: string | undefined, where: string): Mismatch | undefined {
  if (text === undefined) return undefined
  const names = placeholdersOf(text)
  // How Infobip fills named placeholders is documented nowhere.
  if (names.some((name) => !/^\d+$/.test(name))) return undefined
  if (names.length !== given.length) return { where, wanted: `${names.length} values`, given: String(given.length) }
  return checkLength(text, given, { where, max: MAX_BODY })
}

function checkLength(
  text: string,
  values: readonly string[],
  { where, max }: { where: string; max: number },
): Mismatch | undefined {
  const rendered = text.replaceAll(/\{\{\s*(\d+)\s*\}\}/g, (_all, number: string) => values[Number(number) - 1] ?? '')
  // How WhatsApp counts characters beyond the basic plane is not documented: only what is too long in both ways is refused.
  const length = Array.from(rendered).length
  return length > max
    ? { where, wanted: `at most ${max} characters with the values in place`, given: String(length) }
    : undefined
}

/** Of any other, which a later WhatsApp may have, nobody here knows what it wants. */
const headerFormats = new Set(['TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT', 'LOCATION'])

function checkHeader(given: Template['header'], wanted: TemplateCard['header'], where: string): Mismatch | undefined {
  const kind = given?.type.toUpperCase() ?? 'none'
  const isStatic = wanted?.format === 'TEXT' && placeholdersOf(wanted.text ?? '').length === 0
  if (wanted !== undefined && !headerFormats.has(wanted.format)) return undefined
  if (wanted === undefined || isStatic)
    return given === undefined ? undefined : { where, wanted: 'no header', given: kind }
  if (wanted.format !== kind) return { where, wanted: wanted.format, given: kind }
  return given?.type === 'text'
    ? checkLength(wanted.text ?? '', [given.placeholder], { where: `${where}.placeholder`, max: MAX_HEADER })
    : undefined
}

type GivenButton = NonNullable<Template['buttons']>[number]

const buttonTypes: Readonly<Record<GivenButton['type'], string>> = {
  quickReply: 'QUICK_REPLY',
  url: 'URL',
  copyCode: 'COPY_CODE',
  flow: 'FLOW',
  catalog: 'CATALOG',
  products: 'MULTI_PRODUCT',
  orderDetails: 'ORDER_DETAILS',
  voiceCall: 'VOICE_CALL',
}

/** Those of authentication have no type in Infobip's list, and take their code as a URL's; of later kinds nothing is known. */
const knownButtons = new Set([...Object.values(buttonTypes), 'PHONE_NUMBER', 'REQUEST_CONTACT_INFO'])

/** Buttons are given in the template's order; those that take no value may be left out. */
function checkButtons(
  given: readonly GivenButton[],
  wanted: readonly TemplateButton[],
  where: string,
): Mismatch | undefined {
  if (wanted.some(({ type }) => !knownButtons.has(type))) return undefined
  let at = 0
  for (const button of wanted) {
    const one = given[at]
    if (one === undefined || buttonTypes[one.type] !== button.type) {
      if (needsValue(button)) return { where: `${where}[${at}]`, wanted: describe(button), given: one?.type ?? 'none' }
      continue
    }
    if (one.type === 'url' && (one.parameter !== undefined) !== needsValue(button))
      return {
        where: `${where}[${at}]`,
        wanted: describe(button),
        given: one.parameter === undefined ? 'none' : 'a value',
      }
    at++
  }
  const more = given[at]
  return more === undefined ? undefined : { where: `${where}[${at}]`, wanted: 'no such button there', given: more.type }
}

function needsValue({ type, url }: TemplateButton): boolean {
  return type === 'COPY_CODE' || (type === 'URL' && placeholdersOf(url ?? '').length > 0)
}

function describe(button: TemplateButton): string {
  if (button.type !== 'URL') return button.type
  return needsValue(button) ? 'the value of its URL' : 'no value, since its URL has none'
}

function checkCards(
  given: NonNullable<Template['carousel']>,
  wanted: readonly TemplateCard[] | undefined,
): Mismatch | undefined {
  const cards = wanted ?? []
  if (cards.length !== given.length)
    return { where: 'content.carousel', wanted: `${cards.length} cards`, given: String(given.length) }
  return given
    .map((card, index) => checkPart(card, cards[index] ?? { buttons: [] }, `content.carousel[${index}]`))
    .find((one) => one !== undefined)
}

function checkOffer(expiresAt: string | undefined, hasExpiration: boolean, now: number): Mismatch | undefined {
  const where = 'content.limitedTimeOffer.expiresAt'
  if (!hasExpiration) return undefined
  if (expiresAt === undefined) return { where, wanted: 'a time', given: 'none' }
  return Date.parse(expiresAt) > now ? undefined : { where, wanted: 'a time to come', given: expiresAt }
}
