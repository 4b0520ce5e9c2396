import { maskCodedNumbers, maskId, maskJson, maskNumber, maskText } from '@imchannel/logging'

/** How things are shown: whole, or with nothing in them that tells who the customer is or what was said. */
export interface Masks {
  readonly masked: boolean
  /** A phone number or BSUID. */
  party(value: string): string
  id(value: string): string
  /** A text of the system’s own, or of Infobip’s. */
  reason(value: string): string
  /** What a person wrote. */
  words(value: string): string
  json(text: string): string
}

const same = (value: string): string => value

export const PLAIN: Masks = { masked: false, party: same, id: same, reason: same, words: same, json: same }

export const MASKED: Masks = {
  masked: true,
  party: (value) =>
    /^\d+$/.test(value) ? maskNumber(value) : /^[A-Z]{2}\./.test(value) ? `${value.slice(0, 3)}***` : '***',
  id: (value) => (/^[\w.:=+/~() -]{1,300}$/.test(value) ? maskId(value) : '***'),
  reason: (value) => maskCodedNumbers(maskText(value)),
  words: (value) => (value === '' ? '' : '•••'),
  json: maskJson,
}
