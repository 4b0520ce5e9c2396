/** What an error answer says, whichever family it is of. */
export interface InfobipError {
  /** `BAD_REQUEST`, `E429`, …; absent where the body is not Infobip's. */
  code?: string
  text: string
  /** One line a field: `content.text: must not be blank`. */
  violations: string[]
}

const MAX_TEXT_LENGTH = 4096
const MAX_VIOLATIONS = 50

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields | undefined {
  // A non-null object can be read by key; what is found is unknown until it is looked at.
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT_LENGTH) : undefined
}

/**
 * Reads the two error families (`requestError.serviceException` and `errorCode`/`violations`) and mark-as-read's `error`;
 * undefined where the body has none of these shapes. `requestError.serviceException.messageId` is an error code here,
 * never a message's id.
 */
export function findError(parsed: unknown): InfobipError | undefined {
  const fields = fieldsOf(parsed)
  if (fields === undefined) return undefined
  const exception = fieldsOf(fieldsOf(fields.requestError)?.serviceException)
  if (exception !== undefined) {
    return error(textOf(exception.messageId), textOf(exception.text), legacyViolations(exception.validationErrors))
  }
  const code = textOf(fields.errorCode)
  if (code !== undefined) {
    return error(code, textOf(fields.description) ?? textOf(fields.action), platformViolations(fields.violations))
  }
  const simple = textOf(fields.error)
  return simple === undefined ? undefined : error(undefined, simple, [])
}

/** As `findError`, and the first bytes of any other body (HTML, empty). */
export function readErrorBody(parsed: unknown, body: Buffer): InfobipError {
  return findError(parsed) ?? { text: excerpt(body), violations: [] }
}

function error(code: string | undefined, text: string | undefined, violations: string[]): InfobipError {
  const described = { text: text ?? code ?? 'no description', violations: violations.slice(0, MAX_VIOLATIONS) }
  return code === undefined ? described : { code, ...described }
}

function legacyViolations(value: unknown): string[] {
  return Object.entries(fieldsOf(value) ?? {}).flatMap(([field, problems]) =>
    (Array.isArray(problems) ? problems : [problems]).map((problem) => `${field}: ${textOf(problem) ?? 'invalid'}`),
  )
}

function platformViolations(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).map((item) => {
    const violation = fieldsOf(item) ?? {}
    return `${textOf(violation.property) ?? 'request'}: ${textOf(violation.violation) ?? 'invalid'}`
  })
}

/** The first bytes of a body that is not Infobip's, as one line. */
function excerpt(body: Buffer): string {
  const text = body.subarray(0, MAX_TEXT_LENGTH).toString('utf8').replaceAll(/\s+/gu, ' ').trim()
  return text === '' ? 'empty body' : text
}
