import type { Problem } from './send-problem.ts'

/** What every answer with a code has in common. */
export interface CatalogueEntry {
  readonly status: number
  /** For people; the code is for programs. */
  readonly title: string
  /** Where it is the same for every request. */
  readonly detail?: string
  readonly retryAfterS?: number
}

/** What is said of one request alone. */
export type ProblemDetails = Pick<Problem, 'detail' | 'retryAfterS' | 'headers'>

/** Gives the answer for a code of a service's catalogue of errors. Codes are stable. */
export function problemsOf<Code extends string>(
  catalogue: Readonly<Record<Code, CatalogueEntry>>,
): (code: Code, details?: ProblemDetails) => Problem {
  return (code, details = {}) => ({ code, ...catalogue[code], ...details })
}
