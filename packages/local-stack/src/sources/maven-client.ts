import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findExecutables } from '../machine/find-executables.mjs'
import type { Artifact } from './artifact.ts'
import { runTool } from './run-tool.ts'

export interface Fetch {
  artifacts: readonly Artifact[]
  /** An empty folder for the files to arrive in, and whatever else the client leaves. */
  draft: string
  env: NodeJS.ProcessEnv
  /** Told the coordinates of each file that has arrived. */
  onArrived: (coordinates: string) => void
}

/** Something that fetches files from Maven's repositories by their coordinates. Gives what it said when it failed. */
export type MavenClient = (fetch: Fetch) => Promise<string | undefined>

const program = fileURLToPath(new URL('download-artifacts.mjs', import.meta.url))

/** npm's mvn-artifact-download: needs nothing of the machine. */
export const npmClient: MavenClient = ({ artifacts, draft, env, onArrived }) =>
  runTool(process.execPath, [program, draft, ...artifacts.map(({ coordinates }) => coordinates)], {
    // Node honours HTTPS_PROXY, and the certificates that the machine trusts, only when told to.
    env: { ...env, NODE_USE_ENV_PROXY: '1', NODE_USE_SYSTEM_CA: '1' },
    onLine: (line) => onArrived(line),
  })

/** The machine's Maven: its settings know a company's mirrors. */
export const mvnClient: MavenClient = async ({ artifacts, draft, env, onArrived }) => {
  const mvn = findExecutables('mvn', env)[0]
  if (mvn === undefined) return 'There is no mvn, which would know the way behind a proxy or a mirror.'
  const options = ['-B', '-q', `-Dmaven.repo.local=${join(draft, 'repository')}`, `-DoutputDirectory=${draft}`]
  for (const { coordinates } of artifacts) {
    const args = [...options, 'dependency:copy', `-Dartifact=${coordinates}`]
    const failure = await runTool(mvn, args, { env, cwd: draft })
    if (failure !== undefined) return failure
    onArrived(coordinates)
  }
  return undefined
}
