import { randomUUID } from 'node:crypto'

/** A number that is to be written with its own digits: `0.021000`, which as a JavaScript number would be `0.021`. */
export class Digits {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toJSON(): number {
    return Number(this.text)
  }
}

/** The number as JSON writes it, or its digits where those would be lost. */
export function numberOf(text: string): number | Digits {
  const number = Number(text)
  return String(number) === text ? number : new Digits(text)
}

/** Nobody else's text begins with it. */
const MARK = `digits-${randomUUID()}-`
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g')

/** As `JSON.stringify`, with numbers that have digits of their own. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const own = this[key]
    return own instanceof Digits ? MARK + own.text : plain
  })
  return text.includes(MARK) ? text.replaceAll(MARKED, '$1') : text
}
