/** An answer that is not a success, in one of Infobip's two families of bodies. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly violations: readonly Violation[]
  readonly retryAfterSeconds: number | undefined
  constructor(
    status: number,
    code: string,
    text: string,
    options: { violations?: readonly Violation[]; retryAfterSeconds?: number } = {},
  ) {
    super(text)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.violations = options.violations ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export interface Violation {
  property: string
  violation: string
}

export type ErrorFamily = 'legacy' | 'platform'

export const badRequest = (text: string, violations: readonly Violation[] = []): ApiError =>
  new ApiError(400, 'BAD_REQUEST', text, { violations })
export const unauthorized = (): ApiError => new ApiError(401, 'UNAUTHORIZED', 'Invalid login details')
export const notFound = (text: string): ApiError => new ApiError(404, 'NOT_FOUND', text)
export const tooMany = (retryAfterSeconds: number): ApiError =>
  new ApiError(429, 'TOO_MANY_REQUESTS', 'Too many requests', { retryAfterSeconds })
export const serverError = (status: number, retryAfterSeconds?: number): ApiError =>
  new ApiError(
    status,
    status === 503 ? 'SERVICE_UNAVAILABLE' : 'GENERAL_ERROR',
    'Something went wrong. Please contact support.',
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  )

/** The body: `requestError` on omni and whatsapp, `errorCode` on the Messages API. */
export function errorBody(error: ApiError, family: ErrorFamily): unknown {
  switch (family) {
    case 'legacy':
      return {
        requestError: {
          serviceException: {
            messageId: error.code,
            text: error.message,
            ...(error.violations.length > 0 ? { validationErrors: byProperty(error.violations) } : {}),
          },
        },
      }
    case 'platform':
      return {
        errorCode: `E${error.status}`,
        description: error.message,
        action: actionFor(error.status),
        violations: error.violations,
        resources: [{ name: 'API documentation', url: 'https://www.infobip.com/docs/api' }],
      }
  }
}

function byProperty(violations: readonly Violation[]): Record<string, string[]> {
  const grouped: Record<string, string[]> = {}
  for (const { property, violation } of violations) (grouped[property] ??= []).push(violation)
  return grouped
}

function actionFor(status: number): string {
  switch (status) {
    case 400:
      return 'Check the request against the documentation, and send it again.'
    case 401:
      return 'Check the API key.'
    case 403:
      return 'Check what the API key is allowed to do.'
    case 404:
      return 'Check the path and the identifier.'
    case 429:
      return 'Wait, and send fewer requests.'
    default:
      return 'Try again later.'
  }
}
