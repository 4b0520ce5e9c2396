import MiniSearch from 'minisearch'
import type { Page } from './pages.ts'

/** As `site.js` asks for them. */
const OPTIONS = { fields: ['title', 'heading', 'text'], storeFields: ['title', 'heading', 'target'] }

/** An entry a section of each page, as a script: a page that is opened as a file may not read anything else. */
export function searchIndex(pages: readonly Page[], html: ReadonlyMap<string, string>): string {
  const index = new MiniSearch(OPTIONS)
  let id = 0
  for (const { target, title, group } of pages) {
    // Schemas are found by their names: whole, they would be most of the index.
    const body = group === 'Schemas' ? `<h1 id="">${title}</h1>` : (html.get(target) ?? '')
    for (const [, anchor, heading = '', text = ''] of body.matchAll(SECTION))
      index.add({ id: id++, title, heading: plain(heading), text: plain(text), target: `${target}#${anchor}` })
  }
  return `window.searchIndex = ${JSON.stringify(JSON.stringify(index))}\nwindow.searchOptions = ${JSON.stringify(OPTIONS)}\n`
}

const SECTION = /<h[1-4] id="([^"]*)"[^>]*>([\s\S]*?)<\/h[1-4]>([\s\S]*?)(?=<h[1-4] id=|$)/g

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
