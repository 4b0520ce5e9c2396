import { createHash } from 'node:crypto'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The JVM's own exit code after SIGTERM, and that of a plain end: it has written its archive by then. */
const IN_ORDER = new Set<number | null>([0, 143])

export interface ClassArchive {
  /** Options for a JVM that uses the archive; none where there is none yet. */
  use: readonly string[]
  /** Options for a JVM that makes it when it ends; none where it is there. */
  make: readonly string[]
  /** Keeps what a JVM has made, once that has ended. */
  keep(exitCode: number | null): Promise<void>
}

/**
 * Kafka's classes as the JVM has them once loaded (class data sharing): with them Kafka starts in half the time. The JVM
 * checks that an archive is of its own version and of the same jars, and does without where it is not.
 */
export function classArchive(java: string, cache: string, dataDir: string): ClassArchive {
  const binary = realpathSync(java)
  const { mtimeMs, size } = statSync(binary)
  const key = createHash('sha256').update(`${binary} ${mtimeMs} ${size}`).digest('hex').slice(0, 16)
  const archive = join(cache, `kafka-4.4.0-classes-${key}.jsa`)
  const draft = join(dataDir, 'classes.jsa')
  if (existsSync(archive)) return { use: [`-XX:SharedArchiveFile=${archive}`], make: [], keep: async () => undefined }
  return {
    use: [],
    make: [`-XX:ArchiveClassesAtExit=${draft}`],
    keep: async (exitCode) => {
      const copy = `${archive}.${crypto.randomUUID()}.partial`
      try {
        if (!IN_ORDER.has(exitCode) || existsSync(archive) || !existsSync(draft)) return
        await copyFile(draft, copy)
        await rename(copy, archive)
      } finally {
        await rm(copy, { force: true })
        await rm(draft, { force: true })
      }
    },
  }
}
