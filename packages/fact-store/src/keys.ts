import { crc32 } from 'node:zlib'

/**
 * Facts of one business number lie in one of these parts, each in one slot of a cluster and with its own account of how far Kafka was
 * read into it: what a failover takes back, it takes back of both. Never changed: a customer's facts would be looked for elsewhere.
 */
export const PARTS = 16

/** The business number of what holds for all of a tenant's numbers. */
export const ANY_NUMBER = '-'

const MOST_KNOWN = 10_000
const known = new Map<string, string>()

/** The part in which a business number's facts lie: the first letters of their keys. */
export function partOf(tenant: string, business: string): string {
  const name = `${tenant}:${business}`
  const found = known.get(name)
  if (found !== undefined) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const part = partAt(crc32(name) % PARTS)
  known.set(name, part)
  return part
}

export function partAt(index: number): string {
  return `imc:f:{${String(index).padStart(2, '0')}}`
}

export interface FactOwner {
  readonly tenant: string
  readonly business: string
  /** One of the customer's names: digits, or a BSUID. */
  readonly name: string
}

/** `openedAt|maybeAt|closedAt`, epoch ms, empty where there is none. It expires. */
export function windowKey({ tenant, business, name }: FactOwner): string {
  return `${partOf(tenant, business)}:w:${tenant}:${business}:${name}`
}

/** Of all windows of a tenant: for SCAN. */
export function windowPattern(tenant: string): string {
  return `imc:f:{*}:w:${tenant}:*`
}

/** Of all that is said of consent to a tenant: for SCAN. */
export function consentPattern(tenant: string): string {
  return `imc:f:{*}:c:${tenant}:*`
}

/** The customer's name in the key of a window, of consent, or of what was not answered; a business number has no colon. */
export function nameOf(key: string): string {
  return key.split(':').slice(6).join(':')
}

/** A hash: `slotOf` the record, and the record as `encodeConsent` has it. It does not expire. */
export function consentKey({ tenant, business, name }: FactOwner): string {
  return `${partOf(tenant, business)}:c:${tenant}:${business}:${name}`
}

/** A hash: `from` and `ends` of the coverage, and the next offset to read by `topic:partition`. */
export function readingKey(part: string, prefix: string): string {
  return `${part}:read:${prefix}`
}

/** A hash: the next offset of the compacted topic to read, by partition. */
export function consentReadingKey(part: string, prefix: string): string {
  return `${part}:consent:${prefix}`
}

export interface ContactOwner {
  readonly tenant: string
  /** A portfolio, or a business number. */
  readonly scope: string
  readonly name: string
}

/** JSON, as `encodeContact` has it. It expires long after the name was last seen. */
export function contactKey({ tenant, scope, name }: ContactOwner): string {
  return `${partOf(tenant, scope)}:i:${tenant}:${scope}:${name}`
}

/** Of all names of a tenant’s customers: for SCAN. */
export function contactPattern(tenant: string): string {
  return `imc:f:{*}:i:${tenant}:*`
}

/** Whose key it is; neither tenant nor scope has a colon. */
export function contactOfKey(key: string): ContactOwner {
  const [, , , , tenant = '', scope = '', ...name] = key.split(':')
  return { tenant, scope, name: name.join(':') }
}

/** JSON: the known phone numbers that got another user id within the last hours. */
export function contactMovesKey({ tenant, business }: { tenant: string; business: string }): string {
  return `${partOf(tenant, business)}:im:${tenant}:${business}`
}

/** A hash: the next offset of the compacted topic to read, by partition. */
export function contactReadingKey(part: string, prefix: string): string {
  return `${part}:contacts:${prefix}`
}

/** Who reads, of the dispatchers of one prefix. */
export function leaseKey(prefix: string): string {
  return `imc:f:lease:${prefix}`
}
