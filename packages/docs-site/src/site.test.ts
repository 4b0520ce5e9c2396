import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildSite, type Site } from './build-site.ts'

let folder = ''
let site: Site
const read = (path: string): string => readFileSync(join(folder, '0.10.0', path), 'utf8')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-site-'))
  // A version that was built before.
  mkdirSync(join(folder, '0.9.0'))
  writeFileSync(join(folder, '0.9.0', 'index.html'), '')
  // It throws where a link leads nowhere.
  site = await buildSite(folder, '0.10.0')
})
afterAll(() => rm(folder, { recursive: true }))

it('has a page a document, with the text and the list of all', () => {
  expect(site.front).toBe(join(folder, '0.10.0', 'index.html'))
  for (const page of ['index', 'tutorial', 'kafka', 'packages/bot/index', 'decisions/0004-parking', 'schemas/asyncapi'])
    expect(read(`${page}.html`), page).toContain('<nav aria-label="Pages">')
  expect(read('architecture.html')).toContain('aria-current="page">Architecture</a>')
  expect(read('decisions/0004-parking.html')).toContain('href="../architecture.html"')
})

it('asks nothing of any other host, and loads nothing that a file may not', () => {
  const pages = readdirSync(join(folder, '0.10.0'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  )
  expect(pages).toHaveLength(site.pages)
  for (const page of pages) {
    const loaded = [...read(page).matchAll(/<(?:script|link|img)[^>]* (?:src|href)="([^"]+)"/g)].map(
      ([, from = '']) => from,
    )
    expect(
      loaded.filter((from) => /^([a-z]+:|\/)/i.test(from)),
      page,
    ).toEqual([])
    expect(read(page), page).not.toMatch(/type="module"|fetch\(/)
  }
})

it('takes the docs as they are: braces are no template, and headings can be linked', () => {
  expect(read('observability.html') + read('infobip.html') + read('guarantees.html')).not.toContain('undefined')
  expect(read('operations.html')).toContain('<h3 id="acls">')
})

it('finds a section by its words, in the page’s own scripts', () => {
  const context = createContext({})
  runInContext('var window = globalThis; var self = globalThis', context)
  for (const script of ['minisearch.js', 'search-index.js']) runInContext(read(script), context)
  const ask = (words: string): string[] => {
    const search = `JSON.stringify(MiniSearch.loadJSON(searchIndex, searchOptions).search(${JSON.stringify(words)}, { prefix: true }))`
    return (JSON.parse(String(runInContext(search, context))) as { target: string }[]).map(({ target }) => target)
  }
  expect(ask('certify cluster')[0]).toBe('kafka.html#certify-a-cluster')
  expect(ask('workload identity').slice(0, 5)).toContainEqual(expect.stringMatching(/^(kafka|configuration)\.html/))
  expect(ask('xyzzyplugh')).toEqual([])
})

it('names its versions, newest first, and leads to the newest', () => {
  expect(readFileSync(join(folder, 'versions.js'), 'utf8')).toBe('window.versions = ["0.10.0","0.9.0"]\n')
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('url=0.10.0/index.html')
})

it('has all documents as one text', () => {
  expect(existsSync(join(folder, '0.10.0', 'llms.txt'))).toBe(true)
  const text = read('llms-full.txt')
  for (const source of ['docs/guarantees.md', 'docs/kafka.md', 'packages/bot/README.md'])
    expect(text).toContain(`<!-- ${source} -->`)
})
