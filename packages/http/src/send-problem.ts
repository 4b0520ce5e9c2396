import type { ServerResponse } from 'node:http'

/** RFC 9457. */
export interface Problem {
  readonly status: number
  /** Names the kind of problem for programs; in the body as `code`, and what `type` ends in. */
  readonly code: string
  readonly title: string
  /** What is wrong with this request, and what to do. Never a secret, never a stack. */
  readonly detail?: string
  /** Sent as `Retry-After`. */
  readonly retryAfterS?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers with `application/problem+json`; does nothing where an answer has begun. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent || response.destroyed) return
  const { status, retryAfterS, headers = {} } = problem
  const body = problemBody(problem)
  response.statusCode = status
  response.setHeader('Content-Type', 'application/problem+json')
  response.setHeader('Content-Length', body.length)
  if (retryAfterS !== undefined) response.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfterS))))
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(body)
}

/** The JSON of `application/problem+json`. */
export function problemBody({ status, code, title, detail }: Problem): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: `urn:imchannel:problem:${code}`,
      title,
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
    }),
  )
}
