import type { Page } from './pages.ts'
import { relativePath } from './links.ts'

export interface Frame {
  readonly pages: readonly Page[]
  readonly version: string
}

/** A whole page around what Markdown became. It asks nothing of any other host. */
export function layout(page: Page, body: string, { pages, version }: Frame): string {
  const to = (target: string): string => relativePath(page.target, target)
  const place = pages.findIndex(({ target }) => target === page.target)
  const neighbour = (at: number, word: string): string => {
    const other = pages[at]
    return other === undefined ? '<span></span>' : `<a href="${to(other.target)}">${word} ${escape(other.title)}</a>`
  }
  const groups = [...Map.groupBy(pages, ({ group }) => group)].map(
    ([group, of]) =>
      `<details${group === page.group || group === 'Begin here' ? ' open' : ''}><summary>${escape(group)}</summary><ul>${of
        .map(
          ({ target, title }) =>
            `<li><a href="${to(target)}"${target === page.target ? ' aria-current="page"' : ''}>${escape(title)}</a></li>`,
        )
        .join('')}</ul></details>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title)} · IMChannel</title><link rel="stylesheet" href="${to('site.css')}"></head>
<body data-root="${to('.') || '.'}" data-version="${escape(version)}">
<header><a class="home" href="${to('index.html')}">IMChannel</a>
<label>Version <select id="versions"><option>${escape(version)}</option></select></label>
<input id="search" type="search" placeholder="Search" aria-label="Search the docs" autocomplete="off"><ol id="found" hidden></ol></header>
<nav aria-label="Pages">${groups.join('')}</nav>
<main>${body}<footer>${neighbour(place - 1, '←')}${neighbour(place + 1, '→')}</footer></main>
<script src="${to('../versions.js')}"></script><script src="${to('minisearch.js')}"></script>
<script src="${to('search-index.js')}"></script><script src="${to('site.js')}"></script></body></html>
`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
