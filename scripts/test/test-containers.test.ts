import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { checkout } from '../bootstrap/checkout.mjs'

test('without Docker every test with images is counted as skipped, the reason is said, and nothing has failed', async () => {
  const program = join(checkout, 'scripts', 'test-containers.mjs')
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DOCKER_HOST: 'tcp://127.0.0.1:1' }
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
  expect(stdout).toMatch(/^skipped: every test with images: docker version failed: .+/m)
  const [, skipped] = /^0 passed, 0 failed, (\d+) skipped$/.exec(stdout.trim().split('\n').at(-1) ?? '') ?? []
  // Of each of some hundred tests, those included that one file takes from others.
  expect(Number(skipped)).toBeGreaterThan(150)
})
