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

const first = ['README.md', 'docs/tutorial.md', 'docs/architecture.md', 'packages/bot/README.md', 'docs/events.md']
const pages = new Set([...first, ...list('docs', '.md'), ...list('docs/decisions', '.md')])
const schemas = ['packages/events/generated/asyncapi.json', ...list('packages/events/generated/schemas', '.json')]
const sources: Source[] = [
  ...[...pages].map((path) => ({ path, markdown: read(path) })),
  ...schemas.map((path) => jsonSource(path, read(path))),
]

const folder = join(checkout, '.imchannel/docs')
mkdirSync(folder, { recursive: true })
const file = join(folder, 'index.html')
writeFileSync(file, buildPage(sources, '../..'))
process.stdout.write(`${sources.length} pages: file://${file}\n`)
