import { hash } from 'node:crypto'

/** A short name for what was said, the same however its JSON is ordered; null and absent are alike. */
export function fingerprint(said: unknown): string {
  return hash('sha256', JSON.stringify(canonical(said)), 'base64url').slice(0, 16)
}

// Results are nested 400 levels at most, so recursion is safe.
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === null) return value
  const members = Object.entries(value).filter(([, member]) => member != null)
  return members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)])
}
