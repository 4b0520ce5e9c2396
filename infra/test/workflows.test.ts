import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '@imchannel/local-stack'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { goTool } from './support/go-tool.ts'

const run = promisify(execFile)

/** Where each ecosystem has what Dependabot reads. */
const MANIFESTS: Readonly<Record<string, string>> = {
  npm: 'package.json',
  'github-actions': '.github/workflows',
  docker: 'Dockerfile',
  'docker-compose': 'docker-compose.yml',
  pip: 'requirements.txt',
  maven: 'pom.xml',
}

test('workflows are what GitHub takes', { timeout: 600_000 }, async ({ skip }) => {
  const tool = await goTool('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12')
  skip('missing' in tool, 'missing' in tool ? tool.missing : undefined)
  const folder = join(checkout, '.github/workflows')
  const files = (await readdir(folder)).map((file) => join(folder, file))
  expect(files.length).toBeGreaterThan(2)
  // Scripts in them are not looked at: shellcheck is not everywhere.
  const args = ['-no-color', '-shellcheck=', '-pyflakes=', ...files]
  const { stdout } = await run('command' in tool ? tool.command : '', args).catch(
    // It ends with 1 where it finds something, which is on its standard output.
    (error: unknown) => error as { stdout: string },
  )
  expect(stdout).toBe('')
})

test('actions of others are named by their commit, with its release beside it', async () => {
  const folder = join(checkout, '.github/workflows')
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
  const used = texts.flatMap((text) => [...text.matchAll(/uses: (.+)$/gm)]).map(([, action = '']) => action)
  const others = used.filter((action) => !action.startsWith('./'))
  expect(others.length).toBeGreaterThan(10)
  expect(others.filter((action) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([])
})

test('Dependabot looks where there is something to update', async () => {
  // The file's own shape, as GitHub documents it.
  const { updates } = parse(await readFile(join(checkout, '.github/dependabot.yml'), 'utf8')) as {
    updates: { 'package-ecosystem': string; directory: string }[]
  }
  for (const { 'package-ecosystem': ecosystem, directory } of updates) {
    const manifest = join(checkout, directory, MANIFESTS[ecosystem] ?? 'unknown ecosystem')
    expect(existsSync(manifest), manifest).toBe(true)
  }
})

test('a release is of one version everywhere', async () => {
  const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { version: string }
  const chart = parse(await readFile(join(checkout, 'infra/helm/imchannel/Chart.yaml'), 'utf8')) as object
  expect(chart).toMatchObject({ version, appVersion: version })
  expect(await readFile(join(checkout, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}\n`)
  const dockerfile = await readFile(join(checkout, 'infra/docker/Dockerfile'), 'utf8')
  expect(dockerfile).toContain(`ARG VERSION=${version}\n`)
})
