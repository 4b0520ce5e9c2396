import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretsIn } from './secrets-in.ts'

/** Names the folder of a test run in which everything is gathered that services let out; without it nothing is. */
export const LEAK_WATCH_FOLDER = 'LEAK_WATCH_FOLDER'
/** Where spans are to be sent so that the run searches them. */
export const LEAK_WATCH_ENDPOINT = 'LEAK_WATCH_ENDPOINT'

/** Where a secret has no business. */
export type LeakPlace = 'stdout and stderr' | 'topics' | 'spans' | 'metrics' | 'HTTP answers' | 'command lines'

/** From now on the secrets of this configuration (JSON) are to be nowhere in what this run's services let out. */
export function watchSecretsOf(configFile: string): void {
  for (const [name, secret] of Object.entries(secretsIn(readJson(configFile)))) note('watched', { name, secret })
}

/** A secret that a test lets out on purpose: the run's search has to find it there, and does not hold it against anybody. */
export function plantSecret(secret: string, places: readonly LeakPlace[]): void {
  note('planted', { secret, places })
}

/** Keeps what came out of a service, to be searched at the end of the run. */
export function observe(place: LeakPlace, text: string | Buffer): void {
  const folder = process.env[LEAK_WATCH_FOLDER]
  if (folder === undefined || text.length === 0) return
  mkdirSync(join(folder, place), { recursive: true })
  writeFileSync(join(folder, place, randomUUID()), text)
}

/** Keeps the command line of every process of this machine that lets its be read. */
export function observeCommandLines(): void {
  if (process.env[LEAK_WATCH_FOLDER] === undefined) return
  observe('command lines', commandLines().join('\n'))
}

/** Keeps what a Kafka of a test's own has on its disk: each topic's records as they were written. */
export function observeTopicsOf(dataDir: string): void {
  if (process.env[LEAK_WATCH_FOLDER] === undefined) return
  for (const file of segmentsOf(dataDir)) observe('topics', readFileSync(file))
}

/** The files of a Kafka's data that hold records. */
export function segmentsOf(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.log'))
    .map((file) => join(dataDir, file))
}

/** Linux shows them as files; elsewhere there is nothing to read. */
function commandLines(): string[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? commandLineOf(name) : []))
  } catch {
    return []
  }
}

function commandLineOf(pid: string): string[] {
  try {
    return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
  } catch {
    // It has ended meanwhile.
    return []
  }
}

function note(list: 'watched' | 'planted', entry: object): void {
  const folder = process.env[LEAK_WATCH_FOLDER]
  // A line is written in one piece, whoever else writes.
  if (folder !== undefined) appendFileSync(join(folder, `${list}.jsonl`), `${JSON.stringify(entry)}\n`)
}

/** A configuration that a test has broken on purpose has no secrets that anybody could read. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
