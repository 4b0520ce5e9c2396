import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestBot } from '@imchannel/bot/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { broadcast } from './broadcast.ts'
import { parseCsv, type Row } from './parse-csv.ts'
import { openReport } from './report.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broadcast-'))
})
afterEach(() => rm(folder, { recursive: true }))

const rows = parseCsv('to,name\n+351 927 482 662,"Gomes, Teresa"\n351927482663,Rui\n351927482664,Ana\n')

async function run(list: readonly Row[]) {
  // The bot is started by the broadcast; a memory takes both.
  const test = await createTestBot(() => undefined, { groupId: 'broadcast' })
  const report = await openReport(join(folder, 'r.jsonl'))
  const progress: string[] = []
  const done = broadcast({
    bot: test.bot,
    name: 'spring',
    from: '447860099299',
    rows: list,
    compose: ({ name }) => ({ type: 'text', text: `Hello ${name}` }),
    perSecond: 1_000,
    report,
    onProgress: (line) => progress.push(line),
  })
  done.catch(() => undefined)
  return { test, done, progress }
}

it('writes to everybody once, and ends when each has an outcome', async () => {
  const { test, done, progress } = await run(rows)
  await expect.poll(() => test.commands().length).toBe(3)
  const [first, second, third] = test.commands()
  if (!first || !second || !third) throw new Error('there are three')
  expect(first).toMatchObject({ to: '351927482662', content: { text: 'Hello Gomes, Teresa' } })
  await test.reports(first, 'accepted')
  await test.reports(second, 'rejected')
  await test.reports(third, 'accepted')
  await done
  expect(progress.at(-1)).toBe('3 of 3: 2 accepted, 1 rejected')
})

it('goes on where it was ended: who has an outcome is passed over, and the others get the same command', async () => {
  const before = await run(rows)
  await expect.poll(() => before.test.commands().length).toBe(3)
  const [first, ...others] = before.test.commands()
  if (!first) throw new Error('there is one')
  await before.test.reports(first, 'accepted')
  await before.test.stop()

  const after = await run(rows)
  await expect.poll(() => after.test.commands()).toEqual(others)
  for (const other of others) await after.test.reports(other, 'accepted')
  await after.done
  expect((await readFile(join(folder, 'r.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(3)
})

it('names the line that is no line of the table', () => {
  expect(() => parseCsv('to,name\n1,2,3')).toThrow('line 2: 3 values, but the first line has 2 names')
})
