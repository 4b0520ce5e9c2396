import { describe, expect, it } from 'vitest'
import { createSlugs, findBrokenLinks, linksOf } from './links.ts'
import type { Page } from './pages.ts'

const page = (source: string, target: string): Page => ({ group: '', source, target, title: '', markdown: '' })
const resolve = linksOf(
  [
    page('README.md', 'index.html'),
    page('docs/a.md', 'a.html'),
    page('packages/bot/README.md', 'packages/bot/index.html'),
  ],
  (path) => path === 'examples',
)

describe('a link of a document', () => {
  it.each([
    ['docs/a.md', 'README.md', 'a.html'],
    ['../../docs/a.md#part', 'packages/bot/README.md', '../../a.html#part'],
    ['packages/bot', 'README.md', 'packages/bot/index.html'],
    ['../README.md', 'docs/a.md', 'index.html'],
    ['docs/pictures/x.webp', 'README.md', 'pictures/x.webp'],
    ['#here', 'docs/a.md', '#here'],
    ['https://example.com/x', 'docs/a.md', 'https://example.com/x'],
    ['../examples', 'docs/a.md', 'https://github.com/imchannel/imchannel/tree/main/examples'],
    ['../src/x.ts', 'docs/a.md', 'https://github.com/imchannel/imchannel/blob/main/src/x.ts'],
  ])('%s in %s leads to %s', (href, source, expected) => {
    expect(resolve(href, source)).toBe(expected)
  })
})

it('headings get the names that GitHub gives them', () => {
  const slug = createSlugs()
  expect(['What `doctor --kafka` does', 'A, B & C', 'Übung', 'A, B & C'].map(slug)).toEqual([
    'what-doctor---kafka-does',
    'a-b--c',
    'übung',
    'a-b--c-1',
  ])
})

it('links that lead nowhere are named: a page, a place in one, a picture, a file of the repository', () => {
  const html = [
    '<h1 id="top">x</h1><a href="a.html">',
    '<a href="a.html#there">',
    '<a href="a.html#not-there">',
    '<a href="gone.html">',
    '<a href="#top">',
    '<a href="#bottom">',
    '<img src="pictures/x.webp">',
    '<img src="pictures/y.webp">',
    '<a href="https://example.com/whatever">',
    '<a href="https://github.com/imchannel/imchannel/blob/main/README.md">',
    '<a href="https://github.com/imchannel/imchannel/blob/main/GONE.md">',
  ].join('')
  const pages = [
    { target: 'index.html', html },
    { target: 'a.html', html: '<h2 id="there">' },
  ]
  const exists = {
    onSite: (path: string) => path === 'pictures/x.webp',
    inRepository: (path: string) => path === 'README.md',
  }
  expect(findBrokenLinks(pages, exists)).toEqual([
    'index.html → a.html#not-there',
    'index.html → gone.html',
    'index.html → #bottom',
    'index.html → pictures/y.webp',
    'index.html → https://github.com/imchannel/imchannel/blob/main/GONE.md',
  ])
})
