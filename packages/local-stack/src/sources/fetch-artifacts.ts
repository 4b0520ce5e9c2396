import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf } from '../cache/place.mjs'
import type { Artifact } from './artifact.ts'
import { mvnClient, npmClient, type MavenClient } from './maven-client.ts'

export interface FetchOptions {
  env: NodeJS.ProcessEnv
  onProgress?: ((line: string) => void) | undefined
  /** Tried one after the other until everything is there. A connection that breaks off is worth a second try. */
  clients?: readonly MavenClient[]
}

/**
 * Brings files from Maven's repositories into `folder`, each checked against its hash; what is there is kept.
 * @throws when no client brings every file whole
 */
export async function fetchArtifacts(
  artifacts: readonly Artifact[],
  folder: string,
  { env, onProgress, clients = [npmClient, npmClient, mvnClient] }: FetchOptions,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const problems = new Set<string>()
  for (const client of clients) {
    const missing = missingOf(artifacts, folder)
    if (missing.length === 0) return
    for (const problem of await fetchWith(client, missing, folder, { env, onProgress })) problems.add(problem)
  }
  const [first, ...others] = missingOf(artifacts, folder)
  if (first === undefined) return
  const what = others.length === 0 ? first.coordinates : `${first.coordinates} and ${others.length} more`
  throw new Error([`Not to be had from Maven's repositories: ${what}.`, ...problems].join('\n'))
}

function missingOf(artifacts: readonly Artifact[], folder: string): Artifact[] {
  return artifacts.filter(({ file }) => !existsSync(join(folder, file)))
}

async function fetchWith(
  client: MavenClient,
  artifacts: readonly Artifact[],
  folder: string,
  { env, onProgress }: FetchOptions,
): Promise<string[]> {
  const draft = join(folder, `.${crypto.randomUUID()}.partial`)
  await mkdir(draft)
  try {
    const failure = await client({ artifacts, draft, env, onArrived: progressOf(artifacts, onProgress) })
    const refused = await Promise.all(artifacts.map((artifact) => accept(artifact, draft, folder)))
    return [failure, ...refused].filter((problem) => problem !== undefined)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Only a file that is whole and what it should be gets its name. Gives what is wrong with one that is not. */
async function accept(artifact: Artifact, draft: string, folder: string): Promise<string | undefined> {
  const arrived = join(draft, artifact.file)
  const size = (await stat(arrived).catch(() => undefined))?.size
  if (size === undefined) return undefined
  const sha256 = await digestOf(arrived, 'sha256', 'hex')
  if (sha256 === artifact.sha256) {
    await rename(arrived, join(folder, artifact.file))
    return undefined
  }
  return `${artifact.coordinates} arrived with ${size} bytes and SHA-256 ${sha256}; it has ${artifact.bytes} bytes and ${artifact.sha256}.`
}

const STEP_PERCENT = 20

function progressOf(
  artifacts: readonly Artifact[],
  onProgress: FetchOptions['onProgress'],
): (coordinates: string) => void {
  const sizes = new Map(artifacts.map(({ coordinates, bytes }) => [coordinates, bytes]))
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  let done = 0
  let shown = 0
  return (coordinates) => {
    done += sizes.get(coordinates) ?? 0
    const percent = Math.floor((100 * done) / total)
    if (percent < shown + STEP_PERCENT && percent < 100) return
    shown = percent
    onProgress?.(`  ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB`)
  }
}
