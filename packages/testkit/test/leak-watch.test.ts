import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { checkout } from '@imchannel/local-stack'
import { expect, inject, it } from 'vitest'
import { testStack } from '../src/test-stack.ts'

const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')))
const config = fileURLToPath(new URL('fixtures/leaky/vitest.config.ts', import.meta.url))

it('a run whose tests pass fails by what its services let out, named by secret, place and writing', async () => {
  const { brokers, redisUrl } = testStack()
  const { code, printed } = await runLeaky({
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NO_COLOR: '1',
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_DATA_DIR: inject('kafkaDir'),
    REDIS_URL: redisUrl,
  })
  expect(printed).toMatch(/Tests +1 passed/)
  expect(printed).toMatch(/searched for [4-9] secrets .*stdout and stderr [1-9]/)
  const leaks = [
    /webhookAuth\.password is in stdout and stderr \(base64 at \d\)/,
    /mediaTokens\.0 is in spans \(plain\)/,
    /mediaTokens\.0 is in metrics \(plain\)/,
    /apiKey is in HTTP answers \(plain\)/,
    /redis\.url is in command lines \(plain\)/,
    // A Kafka of somebody else's keeps its data to itself.
    ...(inject('kafkaDir') === '' ? [] : [/webhookAuth\.password is in topics \(base64 at \d\)/]),
  ]
  for (const leak of leaks) expect(printed).toMatch(leak)
  expect(code).toBe(1)
  // What is named is the place of a secret, never the secret.
  expect(printed).not.toMatch(/leaky-(password|key|redis)-[a-z]{12}/)
})

function runLeaky(env: Readonly<Record<string, string | undefined>>): Promise<{ code: unknown; printed: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, 'run', '--config', config], { cwd: checkout, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, printed: stdout + stderr }),
    )
  })
}
