import { isObject } from '../codec/cloud-event.ts'

/** Commands are not nested deeper than this; JSON of a hundred levels is a mistake or an attack on somebody's stack. */
export const MAX_DEPTH = 100

// What is a user's own JSON keeps its nulls.
const verbatim = new Set(['data', 'payment', 'importerAddress'])

/** The value without object members that are null: null and absent mean the same. Undefined where it is nested too deep. */
export function stripNulls(value: unknown): { readonly value: unknown } | undefined {
  switch (look(value, 0)) {
    case 'too-deep':
      return undefined
    case 'nulls':
      return { value: strip(value) }
    case 'clean':
      return { value }
  }
}

/** Most commands have no null, and are not to be copied for one. It goes no deeper than allowed, so that depth costs no stack. */
function look(value: unknown, depth: number): 'clean' | 'nulls' | 'too-deep' {
  if (value === null) return 'nulls'
  if (typeof value !== 'object') return 'clean'
  if (depth >= MAX_DEPTH) return 'too-deep'
  let found: 'clean' | 'nulls' = 'clean'
  for (const member of Object.values(value)) {
    const inside = look(member, depth + 1)
    if (inside === 'too-deep') return inside
    if (inside === 'nulls') found = inside
  }
  return found
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([name, member]) => [name, isVerbatim(name, member) ? member : strip(member)]))
}

/** Whether a member is a user's own JSON, to be passed on as it is. */
export function isVerbatim(name: string, member: unknown): boolean {
  return verbatim.has(name) || (name === 'body' && isObject(member))
}
