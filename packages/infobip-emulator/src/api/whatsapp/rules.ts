import { isUserId } from '../../wire/user-id.ts'
import type { Violation } from '../errors.ts'

/** The parts of a message that the rules look at, whichever kind it is. */
interface AnyMessage {
  to: string
  content?: {
    mediaUrl?: unknown
    action?: unknown
  }
  urlOptions?: { removeProtocol?: unknown } | undefined
}

const isPhone = (to: string): boolean => /^\+?\d{4,24}$/.test(to)

/** What the documents say in words alone: unique ids, row counts, URLs, who can be a recipient. */
export function whatsAppRules(message: AnyMessage): Violation[] {
  const violations: Violation[] = []
  const say = (property: string, violation: string): void => void violations.push({ property, violation })
  if (!isPhone(message.to) && !isUserId(message.to)) say('to', 'must be a phone number or a business-scoped user id')
  const { mediaUrl, action } = message.content ?? {}
  if (typeof mediaUrl === 'string' && !isHttp(mediaUrl)) say('content.mediaUrl', 'must be an http(s) URL')
  if (isRecord(action)) checkAction(action, say)
  return violations
}

function checkAction(action: Record<string, unknown>, say: (property: string, violation: string) => void): void {
  const buttons = records(action.buttons)
  if (hasTwice(buttons.map((button) => button.id))) say('content.action.buttons', 'ids must be unique')
  if (hasTwice(buttons.map((button) => button.title))) say('content.action.buttons', 'titles must be unique')
  const sections = records(action.sections)
  const rows = sections.flatMap((section) => records(section.rows))
  if (rows.length > 10) say('content.action.sections', 'must have at most 10 rows in all')
  if (hasTwice(rows.map((row) => row.id))) say('content.action.sections', 'row ids must be unique')
  if (sections.length > 1 && sections.some((section) => section.title === undefined || section.title === '')) {
    say('content.action.sections', 'must each have a title where there is more than one')
  }
  if (action.flowActionPayload !== undefined && action.flowAction === 'DATA_EXCHANGE') {
    say('content.action.flowActionPayload', 'is allowed with NAVIGATE alone')
  }
}

const isHttp = (url: string): boolean => /^https?:\/\//i.test(url)
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const records = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : [])

function hasTwice(values: readonly unknown[]): boolean {
  const given = values.filter((value) => value !== undefined)
  return new Set(given).size < given.length
}
