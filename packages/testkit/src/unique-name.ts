import { randomBytes } from 'node:crypto'

/**
 * A name that no other test has, so that it does for a topic, a group, a tenant. Its random part is letters alone:
 * some tests look for what might be a phone number, and a name of digits is not one.
 */
export function uniqueName(prefix: string): string {
  const letters = Array.from(randomBytes(12), (byte) => String.fromCharCode(97 + (byte % 26)))
  return `${prefix}-${letters.join('')}`
}

/** A phone number that no other test has: 12 digits, as Infobip writes them. */
export function uniqueNumber(): string {
  return `49${randomBytes(6).readUIntBE(0, 6).toString().padStart(15, '0').slice(-10)}`
}
