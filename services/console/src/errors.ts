import { type CatalogueEntry, type Problem, type ProblemDetails, problemsOf } from '@imchannel/http'

/** Everything that the console answers with a status of 400 or more. Codes are stable, for programs; titles are for people. */
export const consoleErrors = {
  bad_request: { status: 400, title: 'The request does not match the API description' },
  not_logged_in: { status: 401, title: 'Login required' },
  wrong_credentials: { status: 401, title: 'Wrong name or password' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  bad_csrf_token: { status: 403, title: 'Missing or wrong CSRF token' },
  unknown_host: { status: 403, title: 'Unknown host name' },
  login_failed: { status: 403, title: 'The identity provider did not log you in' },
  not_found: { status: 404, title: 'Not found' },
  already_replayed: { status: 409, title: 'Already replayed' },
  count_changed: { status: 409, title: 'The count has changed since it was shown' },
  too_large: { status: 413, title: 'The request is too large' },
  too_many_logins: { status: 429, title: 'Too many failed logins' },
  internal_error: { status: 500, title: 'Internal error' },
  provider_unavailable: { status: 502, title: 'The identity provider does not answer' },
  kafka_unavailable: { status: 503, title: 'Kafka is unavailable' },
  redis_unavailable: { status: 503, title: 'Redis is unavailable' },
  store_unavailable: { status: 503, title: 'The store is unavailable' },
  too_many_listeners: { status: 503, title: 'Too many live connections' },
} as const satisfies Record<string, CatalogueEntry>

export type ConsoleErrorCode = keyof typeof consoleErrors

/** The answer for a code; `detail` says what is wrong with this very request and what to do. */
export const problem = problemsOf<ConsoleErrorCode>(consoleErrors)

/** What a handler throws to be answered with. */
export class ConsoleError extends Error {
  override name = 'ConsoleError'
  readonly problem: Problem

  constructor(code: ConsoleErrorCode, details: ProblemDetails = {}) {
    super(code)
    this.problem = problem(code, details)
  }
}
