import type { CommandContent } from '@imchannel/events'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

/**
 * What WhatsApp does not take as a template's value: Infobip accepts such a message all the same, and reports it as undeliverable
 * (7008) later. Empty ones are against Infobip's own document.
 */
export function checkTemplate(content: CommandContent): RequestRefusal | undefined {
  if (content.type !== 'template') return undefined
  const { placeholders = [], header, carousel = [] } = content
  const values = [
    ...placeholders.map((value, index) => ({ value, path: `content.placeholders[${index}]` })),
    ...(header?.type === 'text' ? [{ value: header.placeholder, path: 'content.header.placeholder' }] : []),
    ...carousel.flatMap((card, at) => [
      ...(card.placeholders ?? []).map((value, index) => ({
        value,
        path: `content.carousel[${at}].placeholders[${index}]`,
      })),
      ...(card.header.type === 'text'
        ? [{ value: card.header.placeholder, path: `content.carousel[${at}].header.placeholder` }]
        : []),
    ]),
  ]
  for (const { value, path } of values) {
    const problem = problemOf(value)
    if (problem !== undefined) return refusal('invalid_placeholder', path, problem)
  }
  return undefined
}

function problemOf(value: string): string | undefined {
  if (value === '') return 'is empty'
  if (/[\r\n]/u.test(value)) return 'holds a line break'
  if (value.includes('\t')) return 'holds a tab'
  return value.includes('     ') ? 'holds more than four blanks in a row' : undefined
}
