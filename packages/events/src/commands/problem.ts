import type { z } from 'zod'

/** Why a command is refused before anybody looks at what it would send. `docs/errors.md` has a remedy for each. */
export const commandProblems = {
  invalid_command: 'The command does not match its schema',
  unknown_command: 'Unknown command type',
  unsupported_version: 'This major version of the command is not known',
  invalid_id: 'The id is not a well-formed string of 1 to 256 characters without NUL',
  invalid_recipient: '`to` is neither a phone number nor a BSUID',
  invalid_date: 'A date is not RFC 3339',
} as const

export type CommandProblemCode = keyof typeof commandProblems

export interface CommandProblem {
  readonly code: CommandProblemCode
  /** What is wrong, where, and what to do. */
  readonly reason: string
}

/** Who mends ten mistakes finds the rest by trying again. */
const MOST_ISSUES = 10
const MAX_REASON = 1_024

/** The problems that zod found, as one sentence each: `content.buttons[0].title: is longer than 20 characters`. */
export function describeIssues(error: z.ZodError): string {
  const told = error.issues.slice(0, MOST_ISSUES).map((issue) => `${pathOf(issue.path)}: ${lowerFirst(issue.message)}`)
  const more = error.issues.length - told.length
  return cutReason([...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; '))
}

/** A reason stands in an event and in a dead letter's header. */
export function cutReason(reason: string): string {
  return reason.length <= MAX_REASON ? reason : `${reason.slice(0, MAX_REASON - 1).toWellFormed()}…`
}

function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return text === '' ? 'the command' : text.replace(/^\./, '')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
