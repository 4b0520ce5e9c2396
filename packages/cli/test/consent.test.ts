import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestSystem, testStack, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { callCli } from './support/call-cli.ts'

test('what another system knew is counted first, taken over once, and listed with its evidence', async () => {
  const { brokers, redisUrl } = testStack()
  const system = await startTestSystem({ brokers, redisUrl })
  onTestFinished(() => system[Symbol.asyncDispose]())
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-consent-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const cli = (...args: string[]) => callCli(['--config', system.configFile, 'consent', ...args], {})
  const [one, other] = [uniqueNumber(), uniqueNumber()]
  const file = join(folder, 'stops.csv')
  await writeFile(file, `customer,since\n${one},2026-01-02\nnobody,2026-01-02\n${other},2026-01-03\n`)

  const dry = await cli('import', file, '--dry-run', '--scope', 'all')
  expect(dry.err).toContain('line 3: customer: "nobody"')
  expect(dry.err).toContain('2 opt-outs and 0 opt-ins to be written; 1 line cannot be read')
  expect(dry.out).toContain('none was written')
  expect((await cli('import', file, '--scope', 'all')).err).toContain('add --yes')

  const known = async () => (await cli('export')).json()
  await waitUntil(async () => (await cli('export')).code === 0, { what: 'the dispatcher has made the topic' })
  expect((await cli('import', file, '--yes', '--scope', 'all')).out).toContain('2 records written')
  await waitUntil(async () => (await known()).length === 2)
  expect((await cli('set', one, 'optedIn', '--reason', 'asked by letter')).code).toBe(0)
  // The file again: what is later stands.
  await cli('import', file, '--yes', '--scope', 'all')
  await cli('set', other, 'optedOut', '--source', 'keyword', '--scope', 'marketing', '--reason', 'said so elsewhere')
  await waitUntil(async () => (await known()).length === 3)
  expect(await known()).toMatchObject([
    { from: other, source: 'command', state: 'optedOut', scope: 'all', since: '2026-01-03T00:00:00.000Z' },
    { from: one, source: 'command', state: 'optedIn', description: 'asked by letter' },
    { from: other, source: 'keyword', state: 'optedOut', evidence: { by: 'imchannel consent set' } },
  ])
  expect((await cli('export', '--customer', one)).json()).toHaveLength(1)
  expect((await cli('set', 'nobody', 'optedOut', '--reason', 'x')).code).toBe(2)
})
