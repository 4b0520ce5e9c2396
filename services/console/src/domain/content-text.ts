import { type Json, jsonOf } from './record-value.ts'

/** What a phone would show of a content, in one piece; undefined where it is no words but a picture or a place. */
export function contentText(content: unknown): string | undefined {
  const data = jsonOf(content)
  return wordsOf(data) ?? templateOf(data) ?? placeOf(data)
}

const WORDS: readonly (readonly string[])[] = [
  ['text'],
  ['caption'],
  ['title'],
  ['body', 'text'],
  ['body'],
  ['emoji'],
  ['filename'],
]

function wordsOf(data: Json): string | undefined {
  for (const path of WORDS) {
    const found = data.text(...path)
    if (found !== undefined) return found
  }
  return undefined
}

function templateOf(data: Json): string | undefined {
  const name = data.text('templateName')
  if (name === undefined) return undefined
  const values = [...data.texts('placeholders'), ...data.texts('body', 'placeholders')]
  return `${name}(${values.join(', ')})`
}

function placeOf(data: Json): string | undefined {
  const [latitude, longitude] = [data.number('latitude'), data.number('longitude')]
  if (latitude === undefined || longitude === undefined) return undefined
  return [data.text('name'), `${latitude}, ${longitude}`].filter((part) => part !== undefined).join(' ')
}
