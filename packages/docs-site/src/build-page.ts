import { marked, type Tokens } from 'marked'

/** A page of the docs: its heading in the list of pages, its path in the repository and its Markdown. */
export interface Source {
  readonly group: string
  readonly path: string
  readonly markdown: string
}

/** One self-contained HTML page of all of them: no script, no request, links between them stay inside. */
export function buildPage(sources: readonly Source[], repository: string): string {
  const ids = new Map(sources.map(({ path }) => [path, idOf(path)]))
  const nav = [...Map.groupBy(sources, ({ group }) => group)].map(
    ([group, pages]) => `<li>${escape(group)}<ul>${pages.map(entry).join('')}</ul></li>`,
  )
  const sections = sources.map(
    ({ path, markdown }) =>
      `<section id="${idOf(path)}">${render(markdown, (href) => resolve(href, path, ids, repository))}</section>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>IMChannel</title><style>${STYLE}</style></head>
<body><nav aria-label="Pages"><ul>${nav.join('')}</ul></nav><main>${sections.join('\n')}</main></body></html>
`
}

/** A JSON document as a page, folded. */
export function jsonSource(group: string, path: string, json: string): Source {
  const name = path
    .split('/')
    .at(-1)
    ?.replace(/\.json$/, '')
  const fence = '```'
  const folded = `<details><summary>Show the file</summary>\n\n${fence}json\n${json}\n${fence}\n\n</details>`
  return { group, path, markdown: `# ${name}\n\n[${path}](/${path})\n\n${folded}\n` }
}

function entry({ path, markdown }: Source): string {
  return `<li><a href="#${idOf(path)}">${marked.parseInline(titleOf(markdown, path), { async: false })}</a></li>`
}

function render(markdown: string, link: (href: string) => string): string {
  const renderer = new marked.Renderer()
  renderer.link = function ({ href, tokens }: Tokens.Link): string {
    return `<a href="${escape(link(href))}">${this.parser.parseInline(tokens)}</a>`
  }
  return marked.parse(markdown, { renderer, async: false })
}

/** A page that is here: its place. Another file: the repository. Everything else as it is. */
function resolve(href: string, from: string, ids: ReadonlyMap<string, string>, repository: string): string {
  if (/^[a-z]+:/i.test(href)) return href
  const path = new URL(href, `file:///${from}`).pathname.slice(1)
  if (href.startsWith('#')) return `#${idOf(from)}`
  const id = ids.get(path)
  return id === undefined ? `${repository}/${path}` : `#${id}`
}

function titleOf(markdown: string, path: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1] ?? path
}

function idOf(path: string): string {
  return path.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const STYLE = `
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 18rem minmax(0, 1fr) }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; background: #f4f4f6; font-size: .9rem }
nav ul { list-style: none; padding: 1rem; margin: 0 } nav > ul > li { font-weight: 600; margin-bottom: 1rem }
nav ul ul { font-weight: normal; padding: .2rem 0 } nav ul ul li { margin: .25rem 0 } nav a { text-decoration: none } nav a:hover { text-decoration: underline }
a { color: #0b6e4f } summary { cursor: pointer }
main { padding: 0 2rem; max-width: 60rem } section { border-bottom: 1px solid #ddd; padding: 1rem 0 }
pre { overflow: auto; background: #f4f4f6; padding: .8rem; max-height: 40rem } code { font-size: .9em }
table { border-collapse: collapse; display: block; overflow: auto } td, th { border: 1px solid #ddd; padding: .3rem .6rem; text-align: left; vertical-align: top }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto } }
@media (prefers-color-scheme: dark) { body { background: #1b1b1f; color: #ddd } nav, pre { background: #26262c } a { color: #6fcfa8 } td, th, section { border-color: #444 } }
`
