import { isObject } from '../codec/cloud-event.ts'

/** Commands are not nested deeper than this; JSON of a hundred levels is a mistake or an attack on somebody's stack. */
export const maxDepth = 100

// What is a user's own JSON keeps its nulls.
const verbatim = new Set(['data', 'payment', 'importerAddress'])

/** The value without object members that are null: null and absent mean the same. Undefined where it is nested too deep. */
export function stripNulls(value: unknown): { readonly value: unknown } | undefined {
  return isTooDeep(value) ? undefined : { value: strip(value) }
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([name, member]) => [name, isVerbatim(name, member) ? member : strip(member)]))
}

function isVerbatim(name: string, member: unknown): boolean {
  return verbatim.has(name) || (name === 'body' && isObject(member))
}

// Level by level, so that depth costs no stack.
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return false
  }
  return true
}
