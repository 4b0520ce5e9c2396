import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null] // as node documents the event
  return { code, out, err }
}

test('as a process it prints help and sets exit codes', async () => {
  const help = await run(['--help'])
  expect(help.code).toBe(0)
  expect(help.out).toContain('deadletter')
  const wrong = await run(['deadletter', 'replay', '--nonsense'])
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('--nonsense')
  const missing = await run(['config', 'check', '--config', '/nowhere/imchannel.yaml'])
  expect(missing.code).toBe(1)
  expect(missing.out).toContain('/nowhere/imchannel.yaml')
})

test('a reader that has seen enough is no error', async () => {
  const child = spawn(
    'bash',
    ['-c', `"$0" "$1" --help | head -n 1; echo "\${PIPESTATUS[0]}"`, process.execPath, main],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  await once(child, 'close')
  expect(out.trim().split('\n').at(-1)).toBe('0')
  expect(err).toBe('')
})
