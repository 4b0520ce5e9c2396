import { expect, it } from 'vitest'
import { buildPage, jsonSource } from './build-page.ts'

const html = buildPage(
  [
    {
      group: 'Guides',
      path: 'docs/a.md',
      markdown: '# A < B\n\nSee [b](b.md#part), [code](../src/x.ts), [out](https://example.com).',
    },
    { group: 'Guides', path: 'docs/b.md', markdown: '# B\n\n| x |\n| - |\n| 1 |' },
    jsonSource('Schemas', 'generated/s.json', '{"a":"<script>"}'),
  ],
  '../..',
)

it('keeps links between pages inside, and points at the repository for other files', () => {
  expect(html).toContain('<a href="#docs-b-md">b</a>')
  expect(html).toContain('<a href="../../src/x.ts">code</a>')
  expect(html).toContain('<a href="https://example.com">out</a>')
  expect(html).toContain('<a href="#docs-a-md">A &lt; B</a>')
})

it('is one file without scripts or requests', () => {
  expect(html).not.toMatch(/<script|<link|src=/)
  expect(html).toContain('&lt;script&gt;')
  expect(html).toContain('<table>')
  expect(html).toContain('<details>')
})

it('lists the pages under their headings', () => {
  const text = html
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
  expect(text).toContain('Guides A &lt; B B Schemas s ')
})
