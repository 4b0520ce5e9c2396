import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Secret } from '@imchannel/config'
import { waitUntil } from '@imchannel/testkit'

const run = promisify(execFile)
/** Debian’s place of them, by version. */
const DEBIAN = '/usr/lib/postgresql'
/** PostgreSQL does not run as root: then it is nobody’s. */
const NOBODY = 65_534

export type TestPostgres =
  | { readonly outcome: 'missing'; readonly reason: string }
  | { readonly outcome: 'started'; readonly url: Secret; stop(): Promise<void> }

/** A PostgreSQL of its own where the machine has its programs. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = await programs()
  if (bin === undefined)
    return { outcome: 'missing', reason: `there are no programs in ${DEBIAN}/*/bin ("apt install postgresql")` }
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-postgres-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(dir, NOBODY, NOBODY)
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  await run(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'console', '-A', 'trust', '-N'], as)
  const port = await freePort()
  const settings = [
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${dir}`,
    '-c',
    'fsync=off',
  ]
  const server = spawn(join(bin, 'postgres'), ['-D', join(dir, 'data'), ...settings], { ...as, stdio: 'ignore' })
  await waitUntil(async () => {
    await run(
      join(bin, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'console', '-c', 'select 1', 'postgres'],
      as,
    )
    return true
  })
  return {
    outcome: 'started',
    url: new Secret(`postgres://console@127.0.0.1:${port}/postgres`),
    async stop() {
      const gone = once(server, 'exit')
      server.kill('SIGINT')
      await gone
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function programs(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN).catch(() => [])
  const [newest] = versions.toSorted((a, b) => Number(b) - Number(a))
  return newest === undefined ? undefined : join(DEBIAN, newest, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a port has a number')
  return address.port
}
