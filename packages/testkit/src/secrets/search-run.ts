import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecretSearch } from './find-secrets.ts'
import { type LeakPlace, segmentsOf } from './leak-watch.ts'

const PLACES: readonly LeakPlace[] = [
  'stdout and stderr',
  'topics',
  'spans',
  'metrics',
  'HTTP answers',
  'command lines',
]

export interface RunSearch {
  /** What the run gathered: `leak-watch.ts` writes it. */
  readonly folder: string
  /** Kafka's data, where the run has one of its own. */
  readonly kafkaDir?: string | undefined
}

export interface RunFindings {
  /** One line a leak, and one for each plant that was not found. */
  readonly problems: readonly string[]
  readonly secrets: number
  readonly bytes: Readonly<Record<LeakPlace, number>>
}

/** Searches everything that a test run's services have let out for every secret that they had. */
export function searchRun({ folder, kafkaDir }: RunSearch): RunFindings {
  const planted = new Map(
    linesOf<{ secret: string; places: LeakPlace[] }>(join(folder, 'planted.jsonl')).map((one) => [one.secret, one]),
  )
  const names = new Map(
    linesOf<{ name: string; secret: string }>(join(folder, 'watched.jsonl')).map(({ name, secret }) => [secret, name]),
  )
  const values = [...new Set([...names.keys(), ...planted.keys()])]
  const search = createSecretSearch(Object.fromEntries(values.map((value, index) => [index, value])))
  const problems = new Set<string>()
  const seen = new Set<string>()
  const bytes = Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<LeakPlace, number> // of every place

  for (const place of PLACES) {
    const gathered = filesIn(join(folder, place))
    for (const file of place === 'topics' && kafkaDir !== undefined
      ? [...gathered, ...segmentsOf(kafkaDir)]
      : gathered) {
      const text = readFileSync(file)
      bytes[place] += text.length
      for (const { secret: index, writing } of search(text)) {
        const value = values[Number(index)] ?? ''
        if (planted.has(value)) seen.add(`${value} ${place}`)
        else problems.add(`${names.get(value)} is in ${place} (${writing})`)
      }
    }
  }
  for (const { secret, places } of planted.values()) {
    for (const place of places)
      if (!seen.has(`${secret} ${place}`)) problems.add(`a planted secret was not found in ${place}`)
  }
  return { problems: [...problems], secrets: names.size, bytes }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []
}

function linesOf<T>(file: string): T[] {
  if (!existsSync(file)) return []
  // Written by leak-watch.ts, line by line.
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}
