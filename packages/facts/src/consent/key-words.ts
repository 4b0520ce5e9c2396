import type { Content } from '@imchannel/events'

/** A tenant's own words for stopping and starting again. */
export interface KeyWords {
  readonly stop: readonly string[]
  readonly start: readonly string[]
}

/**
 * Whether a message is, as a whole, a word for stopping or starting: without regard to case, accents, spaces and punctuation around it.
 * A button's title counts as it stands there for the customer. "Don't stop" is neither.
 */
export function findKeyWord(content: Content, { stop, start }: KeyWords): 'stop' | 'start' | undefined {
  const said = saidBy(content)
  const folded = said === undefined ? '' : foldWord(said)
  if (folded === '') return undefined
  if (stop.some((word) => foldWord(word) === folded)) return 'stop'
  return start.some((word) => foldWord(word) === folded) ? 'start' : undefined
}

function saidBy(content: Content): string | undefined {
  if (content.type === 'text' || content.type === 'button') return content.text
  return content.type === 'buttonReply' ? content.title : undefined
}

/** Every script's spelling of one word as one text. */
export function foldWord(text: string): string {
  return (
    text
      .normalize('NFKD')
      // Accents, vowel signs of Arabic and Hebrew, variation selectors; marks of direction and joiners; Arabic's lengthening stroke.
      .replaceAll(/[\p{M}\p{Cf}\u0640]/gu, '')
      // Upper case first: ß is SS, and the dotless ı an I.
      .toUpperCase()
      .toLowerCase()
      .replaceAll(/\s+/gu, ' ')
      .replaceAll(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
  )
}
