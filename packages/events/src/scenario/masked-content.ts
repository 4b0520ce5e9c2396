import type { Content } from '../events/content.ts'
import type { ScenarioStep } from './scenario-step.ts'

const MEDIA: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'voice', 'document', 'sticker'])

/** A text of the same shape, in which nothing can be read: length, lines and punctuation stay. */
function maskedShape(text: string): string {
  return text
    .replaceAll(/\p{Lu}/gu, 'X')
    .replaceAll(/\p{L}/gu, (letter) => (letter === 'X' ? letter : 'x'))
    .replaceAll(/\p{N}/gu, '0')
}

/** What a customer did, without what they said; kinds that a phone cannot do again are sent as Infobip names them. */
export function maskedSaying(from: string, content: Content): ScenarioStep {
  const fields: Readonly<Record<string, unknown>> = { ...content }
  const shape = (name: string): string => {
    const value = fields[name]
    return typeof value === 'string' ? maskedShape(value) : ''
  }
  const { type } = content
  if (type === 'text') return { from, says: shape('text') }
  if (type === 'buttonReply' || type === 'listReply')
    return { from, sends: { [type]: { id: shape('id'), title: shape('title') } } }
  if (type === 'location') return { from, sends: { location: { latitude: 0, longitude: 0 } } }
  if (MEDIA.has(type)) {
    const caption = typeof fields['caption'] === 'string' ? { caption: shape('caption') } : {}
    return { from, sends: { [type]: { base64: PIXEL, contentType: 'image/png', ...caption } } }
  }
  return { from, sends: { message: { type: type.replaceAll(/[A-Z]/g, '_$&').toUpperCase() } } }
}

/** 1 × 1: a media item’s bytes are in no event. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
