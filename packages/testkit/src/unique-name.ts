import { randomBytes } from 'node:crypto'

/** A name that no other test has: lower-case letters, digits and dashes, so that it does for a topic, a group, a tenant. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`
}

/** A phone number that no other test has: 12 digits, as Infobip writes them. */
export function uniqueNumber(): string {
  return `49${randomBytes(6).readUIntBE(0, 6).toString().padStart(15, '0').slice(-10)}`
}
