import { ConsoleError } from '../errors.ts'

/** Where a page ends, as the asker gives it back: numbers, which say nothing of what is in a row. */
export function cursorText(numbers: readonly number[] | undefined): string | undefined {
  return numbers?.join('.')
}

/** @throws ConsoleError where it is none of ours */
export function readCursor(text: string | undefined): number[] | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^-?\d{1,16}(\.-?\d{1,16})?$/.test(text))
    throw new ConsoleError('bad_request', { detail: '"before" is not as an answer gave it' })
  return text.split('.').map(Number)
}

/** @throws ConsoleError: an id that no answer gave is that of nothing */
export function readId(text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new ConsoleError('not_found')
  return Number(text)
}
