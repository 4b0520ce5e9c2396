import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/child.ts', import.meta.url))

interface Ending {
  code: number | null
  output: string
}

async function endingOf(
  behaviour: string,
  signals: readonly { after: string; signal: NodeJS.Signals }[] = [],
): Promise<Ending> {
  const child = spawn(process.execPath, [fixture, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const left = [...signals]
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    while (left[0] && output.includes(left[0].after)) child.kill(left.shift()?.signal)
  })
  await once(child, 'close')
  return { code: child.exitCode, output }
}

describe('run', () => {
  it.each([
    [
      'a clean SIGTERM drains, flushes and exits 0',
      'well',
      [{ after: 'ready', signal: 'SIGTERM' }],
      0,
      ['drained', 'stopped', 'flushed'],
    ],
    ['a clean SIGINT exits 0', 'well', [{ after: 'ready', signal: 'SIGINT' }], 0, ['drained']],
    [
      'a failed creation exits 1 with its reason',
      'create-fails',
      [],
      1,
      ['failed to start: no configuration', 'flushed'],
    ],
    [
      'a failed start stops what had started and exits 1',
      'start-fails',
      [],
      1,
      ['failed to start: port taken', 'drained'],
    ],
    [
      'a drain without end is ended by the watchdog with 70',
      'stop-outlasts',
      [{ after: 'ready', signal: 'SIGTERM' }],
      70,
      ['did not drain within 200 ms'],
    ],
    [
      'a stop that throws exits 70 with its reason',
      'stop-fails',
      [{ after: 'ready', signal: 'SIGTERM' }],
      70,
      ['did not stop cleanly: cannot'],
    ],
    ['a broken invariant at start exits 70', 'start-broken', [], 70, ['broken invariant', 'two owners']],
    ['an uncaught error exits 70 with its stack', 'throws-later', [], 70, ['uncaught error', 'Error: boom']],
    ['a broken invariant later exits 70', 'rejects-later', [], 70, ['broken invariant', 'gone']],
    [
      'a second SIGTERM exits 143 at once',
      'stop-hangs',
      [
        { after: 'ready', signal: 'SIGTERM' },
        { after: 'stopping', signal: 'SIGTERM' },
      ],
      143,
      [],
    ],
    [
      'a second SIGINT exits 130 at once',
      'stop-hangs',
      [
        { after: 'ready', signal: 'SIGTERM' },
        { after: 'stopping', signal: 'SIGINT' },
      ],
      130,
      [],
    ],
  ] as const)('%s', async (_name, behaviour, signals, code, parts) => {
    const ending = await endingOf(behaviour, signals)
    expect(ending.code).toBe(code)
    for (const part of parts) expect(ending.output).toContain(part)
  })
})
