import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/adapters/store/open-database.ts'
import { startPostgres } from './start-postgres.ts'
import { storeSuite } from './store-suite.ts'

const folders: string[] = []
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'imchannel-console-'))
  folders.push(made)
  return made
}
const silent = (): void => undefined

const postgres = await startPostgres()

storeSuite('the embedded store', async () => openDatabase({ folder: await folder() }, silent))

if (postgres.outcome === 'missing') {
  describe('PostgreSQL', () => {
    test.skip(`is not tried: ${postgres.reason}`, () => undefined)
  })
} else {
  storeSuite('PostgreSQL', async () => openDatabase({ url: postgres.url }, silent))
}

afterAll(async () => {
  if (postgres.outcome === 'started') await postgres.stop()
  for (const made of folders) await rm(made, { recursive: true, force: true })
})

describe('an embedded store that is damaged', () => {
  test('is made anew, with a line that says so', async () => {
    const where = await folder()
    await writeFile(
      join(where, 'console.sqlite'),
      'this is no database at all, but long enough to be taken for one'.repeat(100),
    )
    const lines: string[] = []
    const database = await openDatabase({ folder: where }, (line) => lines.push(line))
    expect(await database.read.selectFrom('records').select('id').execute()).toEqual([])
    expect(lines.join()).toContain('made anew')
    await database.close()
  })
})
