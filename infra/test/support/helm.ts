import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { goTool, type GoTool } from './go-tool.ts'

const run = promisify(execFile)

export const chart = fileURLToPath(new URL('../../helm/imchannel', import.meta.url))

/** The newest that the chart is tried with; it has no say in what is rendered but by `kubeVersion`. */
const KUBERNETES = '1.34.0'

/** What every object of Kubernetes has. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  readonly [member: string]: unknown
}

export function findHelm(): Promise<GoTool> {
  return goTool('helm', 'helm.sh/helm/v3/cmd/helm@v3.19.0')
}

/**
 * The values that the chart's README names, by its first column: files of `examples/`, laid on top of each other.
 */
export async function namedValues(): Promise<string[][]> {
  const readme = await readFile(`${chart}/README.md`, 'utf8')
  return [...readme.matchAll(/^\| ((?:`examples\/[a-z-]+\.yaml`(?: \+ )?)+) +\|/gm)].map(([, files = '']) =>
    [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  )
}

/** `helm lint`: what it complains of. */
export async function lint(helm: string, values: readonly string[]): Promise<string[]> {
  const { stdout } = await run(helm, ['lint', '--strict', '--quiet', chart, ...fileOptions(values)])
  return stdout.split('\n').filter((line) => line.startsWith('['))
}

/** `helm template`: every object, in the release `r`. */
export async function render(
  helm: string,
  values: readonly string[],
  settings: readonly string[] = [],
): Promise<Manifest[]> {
  const args = ['template', 'r', chart, '--kube-version', KUBERNETES, ...fileOptions(values)]
  const options = settings.flatMap((setting) => ['--set-json', setting])
  const { stdout } = await run(helm, [...args, ...options], { maxBuffer: 16 * 1024 * 1024 })
  // Each document is an object of Kubernetes: what it lacks, its schema finds.
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null)
}

function fileOptions(values: readonly string[]): string[] {
  return values.flatMap((file) => ['--values', `${chart}/${file}`])
}
