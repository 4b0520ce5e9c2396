import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digestOf } from '../cache/place.mjs'
import { findExecutables } from '../machine/find-executables.mjs'
import type { Artifact } from './artifact.ts'
import { runTool } from './run-tool.ts'

const program = fileURLToPath(new URL('download-artifacts.mjs', import.meta.url))
const TRIES = 3

export interface FetchOptions {
  env: NodeJS.ProcessEnv
  onProgress?: ((line: string) => void) | undefined
}

/**
 * Brings files from Maven's repositories into `folder`, each checked against its hash; what is there is kept.
 * npm's client comes first for it needs nothing of the machine; `mvn` second for it knows a company's mirrors.
 * @throws when neither brings every file whole
 */
export async function fetchArtifacts(
  artifacts: readonly Artifact[],
  folder: string,
  options: FetchOptions,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const problems: string[] = []
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const missing = missingOf(artifacts, folder)
    if (missing.length === 0) return
    problems.push(...(await download(missing, folder, 'npm', options)))
  }
  const mvn = findExecutables('mvn', options.env)[0]
  const missing = missingOf(artifacts, folder)
  if (missing.length > 0 && mvn !== undefined) problems.push(...(await download(missing, folder, mvn, options)))
  const left = missingOf(artifacts, folder)
  if (left.length === 0) return
  throw new Error(
    [
      `${left.length} of ${artifacts.length} files could not be fetched from Maven's repositories, ${left[0]?.coordinates} among them.`,
      ...new Set(problems),
      mvn === undefined
        ? 'Behind a proxy or a mirror: install Maven (mvn), whose settings know the way, and start again.'
        : '',
    ]
      .filter((line) => line !== '')
      .join('\n'),
  )
}

function missingOf(artifacts: readonly Artifact[], folder: string): Artifact[] {
  return artifacts.filter(({ file }) => !existsSync(join(folder, file)))
}

async function download(
  artifacts: readonly Artifact[],
  folder: string,
  client: string,
  { env, onProgress }: FetchOptions,
): Promise<string[]> {
  const draft = join(folder, `.${crypto.randomUUID()}.partial`)
  await mkdir(draft)
  const problems: string[] = []
  try {
    const failure =
      client === 'npm'
        ? await runTool(process.execPath, [program, draft, ...artifacts.map(({ coordinates }) => coordinates)], {
            env: withProxy(env),
            onLine: counter(artifacts, onProgress),
          })
        : await copyWithMaven(client, artifacts, draft, { env, onProgress })
    if (failure !== undefined) problems.push(failure)
    for (const artifact of artifacts) {
      const problem = await accept(artifact, draft, folder)
      if (problem !== undefined) problems.push(problem)
    }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return problems
}

async function copyWithMaven(
  mvn: string,
  artifacts: readonly Artifact[],
  draft: string,
  { env, onProgress }: FetchOptions,
): Promise<string | undefined> {
  const tell = counter(artifacts, onProgress)
  for (const { coordinates } of artifacts) {
    const args = ['-B', '-q', `-Dmaven.repo.local=${join(draft, 'repository')}`, 'dependency:copy']
    const failure = await runTool(mvn, [...args, `-Dartifact=${coordinates}`, `-DoutputDirectory=${draft}`], {
      env,
      cwd: draft,
    })
    if (failure !== undefined) return failure
    tell(coordinates)
  }
  return undefined
}

/** Node's own http honours HTTPS_PROXY only when told to. */
function withProxy(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, NODE_USE_ENV_PROXY: '1' }
}

function counter(artifacts: readonly Artifact[], onProgress?: (line: string) => void): (coordinates: string) => void {
  const sizes = new Map(artifacts.map(({ coordinates, bytes }) => [coordinates, bytes]))
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  let done = 0
  let shown = 0
  return (coordinates) => {
    done += sizes.get(coordinates) ?? 0
    const percent = Math.floor((100 * done) / total)
    if (percent < shown + 20 && percent < 100) return
    shown = percent
    onProgress?.(`  ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB`)
  }
}

/** Only a file that is whole and what it should be gets its name. */
async function accept(artifact: Artifact, draft: string, folder: string): Promise<string | undefined> {
  const arrived = join(draft, artifact.file)
  const size = (await stat(arrived).catch(() => undefined))?.size
  if (size === undefined) return undefined
  const sha256 = await digestOf(arrived, 'sha256', 'hex')
  if (sha256 !== artifact.sha256) {
    return `${artifact.coordinates} arrived with ${size} bytes and SHA-256 ${sha256}, expected ${artifact.bytes} bytes and ${artifact.sha256}`
  }
  await rename(arrived, join(folder, artifact.file))
  return undefined
}
