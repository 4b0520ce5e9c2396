import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Eleventy, type Markdown, type Token } from '@11ty/eleventy'
import { layout } from './layout.ts'
import { createSlugs, findBrokenLinks, linksOf, type ResolveLink } from './links.ts'
import { checkout, type Page, readPages, targetOf } from './pages.ts'
import { searchIndex } from './search-index.ts'

export interface Site {
  /** The page to open. */
  readonly front: string
  readonly pages: number
}

/**
 * Builds the site into `<folder>/<version>`, beside the versions that are there already, and leads `<folder>/index.html` to the newest.
 *
 * @throws Error naming every link that leads nowhere
 */
export async function buildSite(folder: string, version: string): Promise<Site> {
  const pages = readPages()
  const site = join(folder, version)
  rmSync(site, { recursive: true, force: true })
  mkdirSync(site, { recursive: true })
  await render(pages, site, version)
  const html = new Map(pages.map(({ target }) => [target, readFileSync(join(site, target), 'utf8')]))
  const bodies = new Map([...html].map(([target, text]) => [target, /<main>([\s\S]*)<footer>/.exec(text)?.[1] ?? '']))
  writeFileSync(join(site, 'search-index.js'), searchIndex(pages, bodies))
  copyAssets(site)
  writeFileSync(join(site, 'llms-full.txt'), fullText(pages))
  copyFileSync(join(checkout, 'llms.txt'), join(site, 'llms.txt'))
  const versions = listVersions(folder)
  writeFileSync(join(folder, 'versions.js'), `window.versions = ${JSON.stringify(versions)}\n`)
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta http-equiv="refresh" content="0; url=${versions[0]}/index.html">\n`,
  )
  const broken = findBrokenLinks(
    [...html].map(([target, text]) => ({ target, html: text })),
    { onSite: (path) => existsSync(join(site, path)), inRepository: (path) => existsSync(join(checkout, path)) },
  )
  if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join('\n')}`)
  return { front: join(site, 'index.html'), pages: pages.length }
}

async function render(pages: readonly Page[], site: string, version: string): Promise<void> {
  const resolve = linksOf(
    pages,
    (path) => statSync(join(checkout, path), { throwIfNoEntry: false })?.isDirectory() === true,
  )
  // Every page is given: Eleventy is to look for none.
  const nothing = mkdtempSync(join(tmpdir(), 'imchannel-docs-'))
  try {
    const eleventy = new Eleventy(nothing, site, {
      quietMode: true,
      configPath: undefined,
      config: (config) => {
        config.amendLibrary('md', (library) => amend(library, resolve))
        for (const { source, target, markdown } of pages) {
          // The docs are no templates, whatever braces they have.
          const data = { permalink: target, templateEngineOverride: 'md', source }
          config.addTemplate(source.replace(/\.json$/, '.md'), markdown, data)
        }
        const byTarget = new Map(pages.map((page) => [join(site, page.target), page]))
        config.addTransform('layout', function (html) {
          const page = byTarget.get(join(this.page.outputPath))
          return page === undefined ? html : layout(page, html, { pages, version })
        })
      },
    })
    eleventy.disableLogger()
    await eleventy.write()
  } finally {
    rmSync(nothing, { recursive: true })
  }
}

/** Headings get GitHub's names, links lead to pages of the site, pictures to copies. */
function amend(library: Markdown, resolve: ResolveLink): void {
  library.core.ruler.push('imchannel', ({ tokens, env: { source } }) => {
    const slug = createSlugs()
    for (const [at, token] of tokens.entries()) {
      if (token.type === 'heading_open') token.attrSet('id', slug(textOf(tokens[at + 1])))
      for (const inner of token.children ?? []) {
        const href = inner.attrGet('href')
        if (inner.type === 'link_open' && href !== null) inner.attrSet('href', resolve(href, source))
        const src = inner.attrGet('src')
        if (inner.type === 'image' && src !== null) inner.attrSet('src', resolve(src, source))
      }
    }
  })
}

function textOf(token: Token | undefined): string {
  return (token?.children ?? [])
    .map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : ''))
    .join('')
}

function copyAssets(site: string): void {
  cpSync(fileURLToPath(new URL('../assets', import.meta.url)), site, { recursive: true })
  for (const picture of globSync('{docs,packages/*/docs}/**/*.{png,gif,webp,svg}', { cwd: checkout })) {
    mkdirSync(dirname(join(site, targetOf(picture))), { recursive: true })
    copyFileSync(join(checkout, picture), join(site, targetOf(picture)))
  }
  const minisearch = createRequire(import.meta.url).resolve('minisearch')
  copyFileSync(join(minisearch, '../../umd/index.js'), join(site, 'minisearch.js'))
}

/** All documents as one text, for readers that take it whole. Schemas say again what docs/events.md says, in ten times the words. */
function fullText(pages: readonly Page[]): string {
  return pages
    .filter(({ group }) => group !== 'Schemas')
    .map(({ source, markdown }) => `<!-- ${source} -->\n\n${markdown.trim()}\n`)
    .join('\n')
}

/** Newest first. */
function listVersions(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.html')))
    .map(({ name }) => name)
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
}
