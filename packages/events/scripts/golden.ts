import { readdirSync, readFileSync } from 'node:fs'

/** One file of the golden corpus: an event as it is published, or a command as a bot writes it. */
export interface Golden {
  readonly name: string
  readonly text: string
}

export const goldenFolder = new URL('../golden/', import.meta.url)

/** The golden events (`{topic, key, headers, value}`) or commands (the bare JSON value), by name. */
export function readGolden(kind: 'events' | 'commands'): Golden[] {
  const folder = new URL(`${kind}/`, goldenFolder)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({ name: file.replace(/\.json$/, ''), text: readFileSync(new URL(file, folder), 'utf8') }))
}

export interface GoldenEvent {
  readonly topic: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: unknown
  /** The value with the digits of its numbers, for printing. */
  readonly exact: unknown
}

export function goldenEvents(): (GoldenEvent & { readonly name: string })[] {
  return readGolden('events').map(({ name, text }) => {
    // The files are written by tests from encoded records.
    const { topic, key, headers, value } = JSON.parse(text) as GoldenEvent
    const { value: exact } = parseExactly(text) as { value: unknown }
    return { name, topic, key, headers, value, exact }
  })
}

// ECMAScript 2026, in Node since 21; TypeScript's library does not have it yet.
const json = JSON as unknown as {
  rawJSON(text: string): unknown
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
}

function parseExactly(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value,
  )
}
