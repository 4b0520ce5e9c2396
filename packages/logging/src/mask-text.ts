import { createHash } from 'node:crypto'

const DIGITS_KEPT = 3
/** A number is shorter nowhere; a run of digits with what people write between them. */
const DIGITS_LEAST = 7
const numberLike = /[+(]?\d[\d\s.()/\u00a0-]*/g
/** A business-scoped user id: a country's letters, a dot, and who it is. */
const userId = /(?<![\w.-])[A-Z]{2}\.[A-Za-z0-9]{6,}/g
const uuidOrDigits = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<!\d)\d{7,15}(?!\d)/gi
/** WhatsApp's ids are base64 with the customer's number in it; what is percent-encoded in a path begins no earlier than at a `/`. */
const whatsAppId = /wamid\.[A-Za-z0-9_-]+/g
/** None of base64's `+ / - _` can come of digits: each number lies within one of these. */
const base64Run = /[A-Za-z0-9]{9,}/g

/** Phone numbers in running text, to their last three digits, however they are written, and user ids; dates, addresses and UUIDs stay. */
export function maskText(text: string): string {
  return text
    .replace(numberLike, (found, offset: number) => (isNumber(found, text, offset) ? maskNumber(found) : found))
    .replace(userId, (id) => `${id.slice(0, 3)}***`)
}

function isNumber(found: string, text: string, offset: number): boolean {
  const run = found.trimEnd()
  if (run.replaceAll(/\D/g, '').length < DIGITS_LEAST) return false
  if (/^\d{4}-\d\d-\d\d$/.test(run) || isAddress(run)) return false
  // Part of a word is part of an id.
  return !/[\w-]$/.test(text.slice(Math.max(offset - 1, 0), offset)) && !/^\w/.test(text.slice(offset + found.length))
}

function isAddress(run: string): boolean {
  const parts = run.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)
}

/** `*********662`, and what stood behind the number. */
export function maskNumber(found: string): string {
  const digits = found.replaceAll(/\D/g, '')
  const rest = /[^\d]*$/.exec(found)?.[0] ?? ''
  return `${'*'.repeat(Math.max(digits.length - DIGITS_KEPT, 1))}${digits.slice(-DIGITS_KEPT)}${rest}`
}

/** An id that somebody chose: UUIDs stay, a number in it is masked. */
export function maskId(id: string): string {
  return maskCodedNumbers(id.replace(uuidOrDigits, (found) => (found.includes('-') ? found : maskNumber(found))))
}

/** Everything in which a number is coded becomes a short hash: what is one id is one hash, in every line of every service. */
export function maskCodedNumbers(text: string): string {
  return text
    .replace(whatsAppId, (id) => `wamid.#${hashOf(id)}`)
    .replace(base64Run, (run) => (holdsNumber(run) ? `#${hashOf(run)}` : run))
}

function holdsNumber(run: string): boolean {
  // Where the coded text begins within the run is not known.
  return [0, 1, 2, 3].some((start) => /\d{7}/.test(Buffer.from(run.slice(start), 'base64').toString('latin1')))
}

/** The random bytes of such an id keep its number from being found by trying all numbers. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 12)
}

/** An error with its frames; a parser's message quotes what it could not read, which may be what a customer wrote. */
export function maskError({ name, message, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((text) => /^\s+at /.test(text))
  return [`${name}: ${name === 'SyntaxError' ? 'its message is left out' : maskText(message)}`, ...frames].join('\n')
}
