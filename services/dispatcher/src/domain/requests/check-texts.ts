import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

/** Finds a text that cannot be written as UTF-8: half of a surrogate pair, as left by a cut inside an emoji. */
export function checkTexts(value: unknown, path: string): RequestRefusal | undefined {
  if (typeof value === 'string') {
    return value.isWellFormed() ? undefined : refusal('malformed_text', path, 'holds half of a surrogate pair')
  }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) return refusal('malformed_text', path, 'has a name that holds half of a surrogate pair')
    const found = checkTexts(member, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
