/** Keys of Infobip's and our JSON whose strings tell operators what happened and not who said what. */
const plainKeys = new Set(
  `messageId type channel integrationType event notificationType receivedAt sentAt sendAt doneAt seenAt createdAt expiresAt
   groupId groupName id code reason currency pricePerMessage scenarioKey templateName language bulkId applicationId entityId
   mccMnc messageCount pendingMessageCount pairedMessageId commandId tenant errorCode errorMessage action permanent status
   contentType mimeType validityPeriod validityPeriodTimeUnit infobipType`
    .trim()
    .split(/\s+/),
)

/** Inside these, `name` and `description` are Infobip's words for a state, not a person's name. */
const stateKeys = new Set(['status', 'error', 'requestError', 'serviceException', 'violations'])

const phoneNumber = /(?<![\w.-])\+?\d{7,15}(?![\w-])/g
/** A business-scoped user id: a country's letters, a dot, and who it is. */
const userId = /(?<![\w.-])[A-Z]{2}\.[A-Za-z0-9]{6,}/g
const DIGITS_KEPT = 3

/** Phone numbers in running text, to their last three digits, and user ids; ids such as UUIDs are left alone. */
export function maskText(text: string): string {
  return text.replace(phoneNumber, maskNumber).replace(userId, (id) => `${id.slice(0, 3)}***`)
}

/** An error with its frames; a parser's message quotes what it could not read, which may be what a customer wrote. */
export function maskError({ name, message, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((text) => /^\s+at /.test(text))
  return [`${name}: ${name === 'SyntaxError' ? 'its message is left out' : maskText(message)}`, ...frames].join('\n')
}

function maskNumber(number: string): string {
  return `${'*'.repeat(Math.max(number.length - DIGITS_KEPT, 1))}${number.slice(-DIGITS_KEPT)}`
}

/**
 * JSON with every string masked but those that are known to be harmless: a kind or a field that Infobip invents tomorrow
 * is hidden, not shown. Text that is not JSON is hidden whole.
 */
export function maskJson(text: string): string {
  let value: unknown
  try {
    value = JSON.parse(text, keepDigits)
  } catch {
    return `[${Buffer.byteLength(text)} bytes that are not JSON]`
  }
  return JSON.stringify(maskValue(value, '', false))
}

// JSON.rawJSON writes a number back with the digits it came with: "0.000000" is not "0" to who compares amounts.
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value
}

function maskValue(value: unknown, key: string, inState: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => maskValue(item, key, inState))
  if (typeof value === 'string') return maskString(value, key, inState)
  if (typeof value !== 'object' || value === null) return value
  if (isRawJson(value)) return maskDigits(value.rawJSON, key)
  const state = inState || stateKeys.has(key)
  // A null prototype: "__proto__" in a body is a key like any other.
  const masked: Record<string, unknown> = Object.assign(Object.create(null), {})
  for (const [name, item] of Object.entries(value)) masked[maskText(name)] = maskValue(item, name, state)
  return masked
}

function maskString(text: string, key: string, inState: boolean): string {
  const plain = plainKeys.has(key) || (inState && (key === 'name' || key === 'description' || key === 'text'))
  if (plain) return maskText(text)
  if (/^\+?\d{7,15}$/.test(text)) return maskNumber(text)
  return text === '' ? '' : '***'
}

function maskDigits(source: string, key: string): unknown {
  if (key === 'latitude' || key === 'longitude') return '***'
  return /^\d{7,15}$/.test(source) && !plainKeys.has(key) ? maskNumber(source) : rawJson(source)
}

interface RawJson {
  readonly rawJSON: string
}

// TypeScript's library does not have JSON.rawJSON yet; Node has had it since 21.
const jsonWithRaw = JSON as typeof JSON & {
  rawJSON(source: string): RawJson
  isRawJSON(value: unknown): value is RawJson
}
const rawJson = (source: string): RawJson => jsonWithRaw.rawJSON(source)
const isRawJson = (value: unknown): value is RawJson => jsonWithRaw.isRawJSON(value)
