import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../cache/lock.mjs'
import { placeFolder } from '../cache/place.mjs'
import { askVersion } from '../machine/ask-version.mjs'
import { EMBEDDED_REDIS, findRedisServer } from '../machine/redis-server.mjs'
import { EMBEDDED_REDIS_JAR } from './artifact.ts'
import { fetchArtifacts } from './fetch-artifacts.ts'
import type { Source } from './source.ts'
import { unzip } from './unzip.ts'

const REMEDY = 'install redis-server 6.2 or newer (or valkey-server), or give REDIS_URL'

/** The Redis server to run: the machine's, else the one out of the embedded-redis jar. @throws when neither can be had */
export async function redisBinary({ env, cache, onProgress }: Source): Promise<string> {
  const installed = findRedisServer(env)
  if (installed !== undefined) return installed.command
  const platform = `${process.platform}-${process.arch}`
  const entry = EMBEDDED_REDIS.get(platform)
  if (entry === undefined) throw new Error(`There is no Redis to fetch for ${platform}: ${REMEDY}.`)
  const folder = join(cache, 'embedded-redis-1.4.3')
  const binary = join(folder, 'redis-server')
  if (!existsSync(binary)) {
    await withLock(`${folder}.lock`, () =>
      placeFolder(folder, async (draft) => {
        onProgress?.('fetching Redis (12 MB)')
        await fetchArtifacts(EMBEDDED_REDIS_JAR, draft, { env })
        for (const { file } of EMBEDDED_REDIS_JAR) {
          await unzip(join(draft, file), draft, (name) => (name === entry ? 'redis-server' : undefined))
        }
        await chmod(join(draft, 'redis-server'), 0o755)
      }),
    )
  }
  if (askVersion(binary, ['--version'], env) === undefined) {
    throw new Error(`The Redis that was fetched (${binary}) does not run here, OpenSSL 3 may be missing: ${REMEDY}.`)
  }
  return binary
}
