import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../cache/lock.mjs'
import { KAFKA_JARS } from './artifact.ts'
import { fetchArtifacts } from './fetch-artifacts.ts'
import type { Source } from './source.ts'

const FOLDER = 'kafka_2.13-4.4.0'

/** The folder with Kafka's jars, fetched when they are not all there. */
export async function kafkaJars({ env, cache, onProgress }: Source): Promise<string> {
  const folder = join(cache, FOLDER)
  const isWhole = (): boolean => KAFKA_JARS.every(({ file }) => existsSync(join(folder, file)))
  if (isWhole()) return folder
  await withLock(`${folder}.lock`, async () => {
    if (isWhole()) return
    onProgress?.('fetching Apache Kafka 4.4.0 (45 MB)')
    await fetchArtifacts(KAFKA_JARS, folder, { env, onProgress })
  })
  return folder
}
