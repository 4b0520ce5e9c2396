import { toInstant } from '@imchannel/events'
import type { CommandContent } from '@imchannel/events'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

const largestInt32 = 2 ** 31 - 1

/** Amounts and quantities that Infobip's 32-bit fields can hold, and dates that are dates. */
export function checkNumbers(content: CommandContent): RequestRefusal | undefined {
  if (content.type === 'orderDetails') return largeNumber({ order: content.order, total: content.total }, 'content')
  if (content.type === 'flow') return largeNumber({ version: content.version }, 'content')
  if (content.type !== 'template') return undefined
  const { limitedTimeOffer, buttons } = content
  if (limitedTimeOffer !== undefined && toInstant(limitedTimeOffer.expiresAt) === undefined) {
    return refusal(
      'invalid_offer_expiry',
      'content.limitedTimeOffer.expiresAt',
      'is no date as in 2026-02-28T00:00:00Z',
    )
  }
  for (const [index, button] of (buttons ?? []).entries()) {
    if (button.type !== 'orderDetails') continue
    const found = largeNumber({ order: button.order, total: button.total }, `content.buttons[${index}]`)
    if (found !== undefined) return found
  }
  return undefined
}

function largeNumber(value: unknown, path: string): RequestRefusal | undefined {
  if (typeof value === 'number') {
    return Math.abs(value) > largestInt32
      ? refusal('number_too_large', path, `is beyond ${largestInt32}, which Infobip’s field cannot hold`)
      : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, member] of Object.entries(value)) {
    const found = largeNumber(member, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
