/** The pieces of a line, kept apart until the line is printed so that masking knows text from JSON. */
export interface LogText {
  readonly pieces: readonly LogPiece[]
}

export type LogPiece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'id'; readonly text: string }
  | { readonly kind: 'json'; readonly source: Uint8Array | string | { readonly value: unknown } }

class Marked {
  readonly piece: LogPiece
  constructor(piece: LogPiece) {
    this.piece = piece
  }
}

/** A value to be printed as one line of JSON; a Buffer or Uint8Array in a `line` is taken for JSON without it. */
export function json(value: unknown): Marked {
  return new Marked({ kind: 'json', source: { value } })
}

/** Text that is JSON already, to be printed as one line. */
export function jsonText(text: string): Marked {
  return new Marked({ kind: 'json', source: text })
}

/** An id that a bot chose: what looks like a phone number in it is masked. */
export function id(value: string): Marked {
  return new Marked({ kind: 'id', text: value })
}

/** A value of ours, such as a URL or a code: only ids that hold a number are masked in it. */
export function raw(value: string | number): Marked {
  return new Marked({ kind: 'raw', text: String(value) })
}

/**
 * A log line: literals and strings are printed as they are, bytes and `json(…)` as one line of JSON.
 *
 * @example log.info({ fn: 'sendMessage', tenant }, line`request to [${raw(url)}] Data [${body}] with api key header`)
 */
export function line(strings: TemplateStringsArray, ...values: readonly unknown[]): LogText {
  const pieces: LogPiece[] = []
  strings.forEach((text, index) => {
    if (text !== '') pieces.push({ kind: 'literal', text })
    if (index < values.length) pieces.push(pieceOf(values[index]))
  })
  return { pieces }
}

function pieceOf(value: unknown): LogPiece {
  if (value instanceof Marked) return value.piece
  if (value instanceof Uint8Array) return { kind: 'json', source: value }
  if (typeof value === 'object' && value !== null) return { kind: 'json', source: { value } }
  return { kind: 'value', text: String(value) }
}
