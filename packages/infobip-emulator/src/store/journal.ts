import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Entities, EntityKind } from './entities.ts'
import { KINDS, type Store } from './store.ts'
import { upgraded } from './upgrade.ts'

/** A line of the journal: an entity as it is now, or that it is gone. */
type Line = { k: EntityKind; e: Entities[EntityKind] } | { k: EntityKind; gone: string } | { run: number }

export interface Journal {
  /** How often the emulator was started on this directory, this time included: ids never repeat. */
  readonly run: number
  /** Writes everything down anew, as after a reset. */
  rewrite(): void
  close(): void
}

/**
 * Keeps the state in `journal.ndjson`: each change is a line, the last one of an entity counts, and a start writes it down
 * compactly. Lines are written at once by the operating system, so that even `kill -9` loses at most the last one.
 */
export function openJournal(store: Store, directory: string): Journal {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'journal.ndjson')
  let run = 1
  for (const line of existsSync(file) ? readLines(file) : []) {
    if ('run' in line) run = line.run + 1
    else if ('gone' in line) store.remove(line.k, line.gone)
    else store.put(line.k, upgraded(line.k, line.e))
  }
  let out: number | undefined
  const rewrite = (): void => {
    const fresh = openSync(`${file}.new`, 'w')
    writeSync(fresh, `${JSON.stringify({ run })}\n`)
    for (const kind of KINDS) {
      for (const entity of store.all(kind)) writeSync(fresh, `${JSON.stringify({ k: kind, e: entity })}\n`)
    }
    closeSync(fresh)
    renameSync(`${file}.new`, file)
    if (out !== undefined) closeSync(out)
    out = openSync(file, 'a')
  }
  rewrite()

  const stop = store.onChange(({ kind, id, entity }) => {
    const line: Line = entity === undefined ? { k: kind, gone: id } : { k: kind, e: entity }
    if (out !== undefined) writeSync(out, `${JSON.stringify(line)}\n`)
  })
  return {
    run,
    rewrite,
    close() {
      stop()
      if (out !== undefined) closeSync(out)
      out = undefined
    },
  }
}

function readLines(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text): Line[] => {
      if (text === '') return []
      try {
        return [JSON.parse(text) as Line] // our own lines
      } catch {
        // The last line of a process that was killed may be cut short.
        return []
      }
    })
}
