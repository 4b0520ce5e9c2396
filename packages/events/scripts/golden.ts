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
}

export function goldenEvents(): (GoldenEvent & { readonly name: string })[] {
  // The files are written by tests from encoded records.
  return readGolden('events').map(({ name, text }) => ({ name, ...(JSON.parse(text) as GoldenEvent) }))
}
