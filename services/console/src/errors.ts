import { type CatalogueEntry, type Problem, type ProblemDetails, problemsOf } from '@imchannel/http'

/** Everything that the console answers with a status of 400 or more. Codes are stable, for programs; titles are for people. */
export const consoleErrors = {
  bad_request: { status: 400, title: 'The request is not as the API describes it' },
  not_logged_in: { status: 401, title: 'A login is needed' },
  wrong_credentials: { status: 401, title: 'Name or password is wrong' },
  forbidden: { status: 403, title: 'The role does not allow it' },
  bad_csrf_token: { status: 403, title: 'The token of the session is missing or wrong' },
  unknown_host: { status: 403, title: 'This is no name of the console' },
  login_failed: { status: 403, title: 'The identity provider did not log you in' },
  not_found: { status: 404, title: 'There is no such thing' },
  already_replayed: { status: 409, title: 'It has been replayed' },
  count_changed: { status: 409, title: 'There are more or fewer than was said' },
  too_large: { status: 413, title: 'The request is too large' },
  too_many_logins: { status: 429, title: 'Too many logins that failed' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  provider_unavailable: { status: 502, title: 'The identity provider does not answer' },
  kafka_unavailable: { status: 503, title: 'Kafka is away' },
  redis_unavailable: { status: 503, title: 'Redis is away' },
  store_unavailable: { status: 503, title: 'The store is away' },
  too_many_listeners: { status: 503, title: 'Too many pages are being kept up to date' },
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
