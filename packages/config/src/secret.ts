import { hash, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

const printed = '[redacted]'

/** A value that prints as `[redacted]` wherever it ends up; only `reveal()` gives it away. */
export class Secret {
  readonly #value: string
  #digest: Buffer | undefined

  constructor(value: string) {
    this.#value = value
    Object.freeze(this)
  }

  reveal(): string {
    return this.#value
  }

  /** Compares in constant time, whatever the lengths. */
  equals(other: string | Secret): boolean {
    return timingSafeEqual(this.#sum(), typeof other === 'string' ? digest(other) : other.#sum())
  }

  #sum(): Buffer {
    return (this.#digest ??= digest(this.#value))
  }

  /** Whether one of the secrets is the text; all are compared, each in constant time. */
  static equalsAny(secrets: readonly Secret[], text: string): boolean {
    const given = new Secret(text)
    return secrets.filter((secret) => secret.equals(given)).length > 0
  }

  toString(): string {
    return printed
  }

  toJSON(): string {
    return printed
  }

  [Symbol.toPrimitive](): string {
    return printed
  }

  [inspect.custom](): string {
    return printed
  }
}

// Digests have one length: what is compared tells nothing about the length of the secret.
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
