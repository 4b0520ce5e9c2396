import type { DeadLetter } from './dead-letter.ts'

/** Which letters are meant; what is left out does not matter. */
export interface LetterFilter {
  readonly tenant?: string
  readonly code?: readonly string[]
  readonly gate?: readonly string[]
  readonly id?: readonly string[]
  /** Ms since 1970, of the letter itself. */
  readonly since?: number
  readonly until?: number
}

export function fitsLetter(letter: DeadLetter, { tenant, code, gate, id, since, until }: LetterFilter): boolean {
  if (tenant !== undefined && letter.tenant !== tenant) return false
  if (code !== undefined && !code.includes(letter.code)) return false
  if (gate !== undefined && (letter.gate === undefined || !gate.includes(letter.gate))) return false
  if (id !== undefined && (letter.commandId === undefined || !id.includes(letter.commandId))) return false
  if (since !== undefined && letter.timestamp < since) return false
  return until === undefined || letter.timestamp < until
}
