import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/talker.ts', import.meta.url))

function talker(count: number, stdout: 'pipe' | number): ChildProcess {
  return spawn(process.execPath, [fixture, String(count)], { stdio: ['ignore', stdout, 'inherit', 'ipc'] })
}

async function endOf(child: ChildProcess): Promise<number | null> {
  await once(child, 'message')
  child.send('end')
  await once(child, 'exit')
  return child.exitCode
}

describe('standard output', () => {
  it('that nobody reads does not stop the process, nor its end', async () => {
    const child = talker(20_000, 'pipe')
    child.stdout?.pause()
    expect(await endOf(child)).toBe(0)
  })

  it('that is closed does not stop the process', async () => {
    const child = talker(20_000, 'pipe')
    child.stdout?.destroy()
    expect(await endOf(child)).toBe(0)
  })

  it.skipIf(!existsSync('/dev/full'))(
    'on a full disk does not stop the process (skipped where there is no /dev/full)',
    async () => {
      expect(await endOf(talker(20_000, openSync('/dev/full', 'w')))).toBe(0)
    },
  )

  it.each(['pipe', 'file'] as const)('as a %s gets every line in order, flushed at the end', async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'imchannel-log-'))
    const file = join(folder, 'out')
    const child = talker(5_000, kind === 'pipe' ? 'pipe' : openSync(file, 'w'))
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    const closed = once(child, 'close')
    expect(await endOf(child)).toBe(0)
    await closed
    if (kind === 'file') output = readFileSync(file, 'utf8')
    rmSync(folder, { recursive: true })
    const numbers = output
      .trimEnd()
      .split('\n')
      .map((text) => Number(text.split(' ')[2]))
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, index) => index))
  })
})
