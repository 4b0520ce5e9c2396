import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const checkout = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string): string => readFileSync(join(checkout, path), 'utf8')
const pages = globSync(
  ['*.md', 'llms.txt', 'docs/**/*.md', '{packages,services,examples,clients}/*/*.md', '{torture,bench,infra}/*.md'],
  {
    cwd: checkout,
  },
)

it.each(pages)('%s has no link that leads nowhere', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, href = '']) => href.replace(/#.*$/, ''))
  const local = links.filter((href) => href !== '' && !/^[a-z]+:/i.test(href))
  expect(local.filter((href) => !existsSync(join(checkout, dirname(page), href)))).toEqual([])
})

it.each(pages.filter((page) => page.startsWith('docs/contributing/')))('%s names files that exist', (page) => {
  const named = [...read(page).matchAll(/`((?:packages|services|infra|docs|\.vscode)\/[\w./-]+)`/g)]
  expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(checkout, path)))).toEqual([])
})

it.each(['README.md', 'docs/infobip-account.md'])('the configuration in %s is accepted', async (page) => {
  const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(read(page)) ?? []
  const secrets = [...yaml.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => [name, 'a-secret-of-a-test'])
  const folder = await mkdtemp(join(tmpdir(), 'docs-'))
  try {
    await writeFile(join(folder, 'imchannel.yaml'), yaml)
    const args = [
      join(checkout, 'packages/cli/src/main.ts'),
      '--config',
      join(folder, 'imchannel.yaml'),
      'config',
      'check',
    ]
    const env = { PATH: process.env['PATH'], ...Object.fromEntries(secrets) }
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    expect(stdout).toContain('is fine: 1 tenant')
  } finally {
    await rm(folder, { recursive: true })
  }
})
