import { cpSync, existsSync, readFileSync } from 'node:fs'

// The golden corpus and the schemas of this version, kept for good: what later versions have to read, and to stay valid under.
const root = new URL('../', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
const folder = new URL(`released/${version}/`, root)
if (existsSync(folder)) throw new Error(`${version} is released already: raise the version in package.json first`)
for (const kind of ['events', 'commands'])
  cpSync(new URL(`golden/${kind}`, root), new URL(kind, folder), { recursive: true })
cpSync(new URL('generated/schemas', root), new URL('schemas', folder), { recursive: true })
