import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '@imchannel/local-stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SHIPPED_FILTERS } from '../../scripts/bootstrap/shipped-packages.mjs'

/** Licences that ask for a notice, which the images carry with each package, and for nothing else. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Zlib',
])

interface Component {
  readonly name: string
  readonly group?: string
  readonly version: string
  readonly purl: string
  readonly licenses?: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[]
  readonly externalReferences?: readonly { readonly type: string; readonly hashes?: readonly unknown[] }[]
}

let folder: string
let components: Component[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-sbom-'))
  const file = join(folder, 'sbom.json')
  await promisify(execFile)(process.execPath, [join(checkout, 'scripts/sbom.mjs'), file])
  // CycloneDX, of which this is read.
  components = (JSON.parse(await readFile(file, 'utf8')) as { components: Component[] }).components
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function isOurs({ group }: Component): boolean {
  return group === '@imchannel'
}

test('the SBOM names what runs in production, each with its version, licence and checksum, and no tool', () => {
  const others = components.filter((component) => !isOurs(component))
  expect(others.length).toBeGreaterThan(50)
  for (const { name, version, purl, licenses = [], externalReferences = [] } of others) {
    const ids = licenses.flatMap(({ license, expression }) => license?.id ?? expression?.match(/[\w.-]+/g) ?? [])
    const names = ids.filter((id) => !['OR', 'AND', 'WITH'].includes(id))
    expect(names, `licence of ${name}`).not.toEqual([])
    expect(
      names.filter((id) => !PERMISSIVE.has(id)),
      `licence of ${name}`,
    ).toEqual([])
    expect(purl.startsWith('pkg:npm/') && purl.endsWith(`@${version}`), purl).toBe(true)
    expect(
      externalReferences.some(({ hashes = [] }) => hashes.length > 0),
      `checksum of ${name}`,
    ).toBe(true)
  }
  const names = components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['kafkajs', 'express', 'ioredis', 'got', 'events']))
  expect(
    names.filter((name) => ['vitest', 'testcontainers', 'typescript', 'playwright-core', 'testkit'].includes(name)),
  ).toEqual([])
})

test('the Dockerfile installs what the SBOM is made of', async () => {
  const dockerfile = await readFile(join(checkout, 'infra/docker/Dockerfile'), 'utf8')
  expect([...dockerfile.matchAll(/--filter-prod '([^']+)'/g)].flatMap(([, name]) => ['--filter-prod', name])).toEqual(
    SHIPPED_FILTERS,
  )
})

test('every dependency has its reason in docs/dependencies.md', async () => {
  const reasons = await readFile(join(checkout, 'docs/dependencies.md'), 'utf8')
  const workspace = await readFile(join(checkout, 'pnpm-workspace.yaml'), 'utf8')
  const catalog = [...workspace.matchAll(/^ {2}'([^']+)': \d/gm)].map(([, name = '']) => name)
  expect(catalog.length).toBeGreaterThan(30)
  const named = (name: string): boolean =>
    // Members of one family are named once, without what they share.
    reasons.includes(`\`${name}\``) ||
    reasons.includes(`\`${name.replace('@opentelemetry/', '')}\``) ||
    name.startsWith('@types/')
  expect(catalog.filter((name) => !named(name))).toEqual([])
})
