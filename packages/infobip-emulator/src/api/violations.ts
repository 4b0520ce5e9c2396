import type { z } from 'zod'
import type { Violation } from './errors.ts'

/** What a schema says against a value, property by property; of several alternatives the one that comes nearest. */
export function violationsOf(error: z.ZodError): Violation[] {
  return error.issues.flatMap((issue) => flatten(issue, []))
}

type Issue = z.core.$ZodIssue

function flatten(issue: Issue, prefix: readonly PropertyKey[]): Violation[] {
  const path = [...prefix, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [nearest] = issue.errors
      .map((issues) => issues.flatMap((one) => flatten(one, path)))
      .toSorted((a, b) => a.length - b.length)
    if (nearest !== undefined && nearest.length > 0) return nearest
  }
  return [{ property: pathOf(path), violation: issue.message }]
}

/** `messages[0].content.text`, as Infobip writes a property. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}
