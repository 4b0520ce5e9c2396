import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Manifest } from './helm.ts'

const infra = fileURLToPath(new URL('../..', import.meta.url))

/** Packages of models made from the schemas of Kubernetes and of its extensions, by the group of `apiVersion`. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
}

function moduleOf({ apiVersion, kind }: Manifest): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return `${EXTENSIONS[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`
}

/** What the JSON schema of its kind has against a manifest: types, formats, patterns, what is missing. */
export async function schemaProblems(manifest: Manifest): Promise<string | undefined> {
  // A model of the package: it throws where its schema does not hold.
  const models = (await import(moduleOf(manifest))) as Record<
    string,
    new (data: Manifest) => { validate(): void } | undefined
  >
  const Model = models[manifest.kind]
  if (Model === undefined) return `${moduleOf(manifest)} has no ${manifest.kind}`
  try {
    new Model(manifest)?.validate()
    return undefined
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : String(error)}`
  }
}

/**
 * Members that a kind does not have, which a cluster would drop in silence (or refuse, if asked to be strict) and its JSON
 * schema lets pass. The type checker knows them from the types of the same package.
 */
export async function unknownMembers(manifests: readonly Manifest[]): Promise<string[]> {
  const folder = await mkdtemp(join(infra, 'node_modules', '.manifests-'))
  try {
    const lines = manifests.map((manifest, index) => {
      const type = `import('${moduleOf(manifest)}').I${manifest.kind}`
      return `export const m${index}: ${type} = ${JSON.stringify(manifest)}\n`
    })
    await writeFile(join(folder, 'manifests.ts'), lines.join(''))
    const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, target: 'es2024', lib: ['es2024'] }
    const resolution = { module: 'preserve', moduleResolution: 'bundler', types: [] }
    const config = { compilerOptions: { ...compilerOptions, ...resolution }, files: ['manifests.ts'] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(infra, 'node_modules', '.bin', 'tsc')
    const { stdout } = await promisify(execFile)(tsc, ['-p', folder, '--pretty', 'false']).catch(
      // It ends with 2 where it finds something, which is on its standard output.
      (error: unknown) => error as { stdout: string },
    )
    return stdout.split('\n').filter((line) => line !== '')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
