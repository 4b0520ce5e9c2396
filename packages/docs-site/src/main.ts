import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage, jsonSource, type Source } from './build-page.ts'

const checkout = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string): string => readFileSync(join(checkout, path), 'utf8')
const list = (folder: string, ending: string): string[] =>
  readdirSync(join(checkout, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`)

const groups: Readonly<Record<string, readonly string[]>> = {
  'Begin here': ['README.md', 'docs/tutorial.md', 'docs/architecture.md', 'docs/guarantees.md'],
  Bots: [
    'packages/bot/README.md',
    'docs/events.md',
    'clients/python/README.md',
    'clients/java/README.md',
    'examples/python-bot/README.md',
    'examples/java-bot/README.md',
    'examples/kcat/README.md',
    'packages/infobip-emulator/README.md',
  ],
  Operation: ['docs/infobip-account.md', 'docs/from-legacy.md', 'docs/cli.md', ...list('docs', '.md')],
  Contributing: ['CONTRIBUTING.md', 'docs/contributing/README.md', ...list('docs/contributing', '.md')],
  Decisions: list('docs/decisions', '.md'),
}
const schemas = ['packages/events/generated/asyncapi.json', ...list('packages/events/generated/schemas', '.json')]
const listed = new Map<string, Source>()
for (const [group, paths] of Object.entries(groups))
  for (const path of paths) if (!listed.has(path)) listed.set(path, { group, path, markdown: read(path) })
const sources = [...listed.values(), ...schemas.map((path) => jsonSource('Schemas', path, read(path)))]

const folder = join(checkout, '.imchannel/docs')
mkdirSync(folder, { recursive: true })
const file = join(folder, 'index.html')
writeFileSync(file, buildPage(sources, '../..'))
process.stdout.write(`${sources.length} pages: file://${file}\n`)
