import type { ContentMessage, MessagesRequest } from '../../schemas/messages/request.ts'
import type { Violation } from '../errors.ts'
import { isUserId } from '../../wire/user-id.ts'
import { isTemplate } from './bubble.ts'

const isPhone = (to: string): boolean => /^\+?\d{4,24}$/.test(to)

/** What no adaptation can mend. */
export function messagesRules(request: MessagesRequest): Violation[] {
  const violations: Violation[] = []
  if (request.messages.length === 0) violations.push({ property: 'messages', violation: 'must not be empty' })
  request.messages.forEach((message, i) => {
    const at = `messages[${i}]`
    if (message.destinations.length === 0)
      violations.push({ property: `${at}.destinations`, violation: 'must not be empty' })
    message.destinations.forEach((destination, j) => {
      if (!('to' in destination) || typeof destination.to !== 'string') return
      if (message.channel === 'WHATSAPP' && !isPhone(destination.to) && !isUserId(destination.to)) {
        const violation = 'must be a phone number or a business-scoped user id'
        violations.push({ property: `${at}.destinations[${j}].to`, violation })
      }
    })
  })
  return violations
}

/** What WhatsApp would not show: `validate` tells it, sending adapts silently unless adaptation is off. */
export function adaptations(request: MessagesRequest): Violation[] {
  return request.messages.flatMap((message, i) =>
    message.channel !== 'WHATSAPP' || isTemplate(message)
      ? []
      : whatsAppLimits(message.content).map(({ property, violation }) => ({
          property: `messages[${i}].content.${property}`,
          violation,
        })),
  )
}

const UNSUPPORTED: readonly string[] = ['AUTHENTICATION_REQUEST', 'MIXED', 'TIME_PICKER', 'FORM', 'RICH_LINK']

type Content = ContentMessage['content']
type Say = (property: string, violation: string) => void

function whatsAppLimits({ header, body, buttons = [], footer }: Content): Violation[] {
  const violations: Violation[] = []
  const say: Say = (property, violation) => void violations.push({ property, violation })
  sayOfBody(body, say)
  if (buttons.length > 3) say('buttons', 'must be at most 3')
  if (buttons.some((button) => (button.text?.length ?? 0) > 20)) say('buttons', 'texts must have at most 20 characters')
  if (header !== undefined && header.text.length > 60) say('header.text', 'must have at most 60 characters')
  if (footer !== undefined && footer.text.length > 60) say('footer.text', 'must have at most 60 characters')
  return violations
}

function sayOfBody(body: Content['body'], say: Say): void {
  if (UNSUPPORTED.includes(body.type)) say('body.type', `${body.type} is not supported on WHATSAPP`)
  if (body.type === 'TEXT' && body.text.length > 4096) say('body.text', 'must have at most 4096 characters')
  if (body.type === 'TEXT' && body.text === '') say('body.text', 'must not be empty')
  if ('url' in body && typeof body.url === 'string' && !/^https?:\/\//i.test(body.url))
    say('body.url', 'must be an http(s) URL')
  if (body.type === 'LIST' && body.sections.flatMap((section) => section.items).length > 10)
    say('body.sections', 'must have at most 10 items in all')
}
