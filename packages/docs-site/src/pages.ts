import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout = fileURLToPath(new URL('../../../', import.meta.url))

/** A document of the repository, and where it stands on the site. */
export interface Page {
  readonly group: string
  /** Its path in the repository. */
  readonly source: string
  /** Its path on the site. */
  readonly target: string
  readonly title: string
  readonly markdown: string
}

const list = (folder: string, ending: string): string[] =>
  readdirSync(join(checkout, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`)

/** In the order of the list at the side; what a later group names again stays where it is. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Begin here': [
    'README.md',
    'docs/tutorial.md',
    'docs/architecture.md',
    'docs/guarantees.md',
    'docs/comparison.md',
    'docs/faq.md',
  ],
  Bots: [
    'packages/bot/README.md',
    'docs/events.md',
    'clients/python/README.md',
    'clients/java/README.md',
    'examples/python-bot/README.md',
    'examples/java-bot/README.md',
    'examples/kcat/README.md',
    'packages/create-imchannel-bot/README.md',
  ],
  Emulator: ['packages/infobip-emulator/README.md', ...list('packages/infobip-emulator/docs', '.md')],
  Operation: ['docs/infobip-account.md', 'docs/kafka.md', 'docs/cli.md', ...list('docs', '.md')],
  Proof: ['torture/README.md', 'bench/README.md'],
  Contributing: [
    'CONTRIBUTING.md',
    'STYLE_GUIDE.md',
    'SECURITY.md',
    'CHANGELOG.md',
    ...list('docs/contributing', '.md'),
  ],
  Decisions: list('docs/decisions', '.md'),
}
const SCHEMAS = ['packages/events/generated/asyncapi.json', ...list('packages/events/generated/schemas', '.json')]

export function readPages(): Page[] {
  const grouped = Object.entries(GROUPS).flatMap(([group, sources]) => sources.map((source) => ({ group, source })))
  const first = new Map(grouped.toReversed().map((one) => [one.source, one.group]))
  const documents = [...new Set(grouped.map(({ source }) => source))].map((source): Page => {
    const markdown = read(source)
    return { group: first.get(source) ?? '', source, target: targetOf(source), title: titleOf(markdown), markdown }
  })
  return [...documents, ...SCHEMAS.map(schemaPage)]
}

/** What a document is called. */
function titleOf(markdown: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1]?.replaceAll('`', '') ?? ''
}

/** `docs/a.md` → `a.html`, `packages/bot/README.md` → `packages/bot/index.html`, the README is the front page. */
export function targetOf(source: string): string {
  if (source === 'README.md') return 'index.html'
  return source
    .replace(/^docs\//, '')
    .replace(/\/README\.md$/, '/index.html')
    .replace(/\.(md|json)$/, '.html')
    .toLowerCase()
}

function schemaPage(source: string): Page {
  const title =
    source
      .split('/')
      .at(-1)
      ?.replace(/\.json$/, '') ?? ''
  const fence = '```'
  const markdown = `# ${title}\n\n[${source}](/${source})\n\n${fence}json\n${read(source)}\n${fence}\n`
  return { group: 'Schemas', source, target: `schemas/${title.toLowerCase()}.html`, title, markdown }
}

function read(path: string): string {
  return readFileSync(join(checkout, path), 'utf8')
}
