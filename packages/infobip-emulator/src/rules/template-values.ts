import type { Bubble } from '../store/entities.ts'

/** Whether WhatsApp takes what was filled into a template: no value is empty, has a line break, a tab or five blanks in a row. */
export function takesValues({ template, header, cards = [] }: Bubble): boolean {
  if (template === undefined) return true
  const shown = [header?.text, ...cards.map((card) => card.text)].filter((text) => text !== undefined)
  return template.placeholders.every((value) => value !== '') && ![...template.placeholders, ...shown].some(isBroken)
}

function isBroken(value: string): boolean {
  return /[\n\r\t]| {5}/.test(value)
}
