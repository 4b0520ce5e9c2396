import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePorts } from '../../packages/local-stack/src/process/free-ports.ts'
import { hidePrograms } from '../../packages/local-stack/src/machine/hide-programs.mjs'
import { freshCheckout } from './fresh-checkout.ts'

async function unusedPorts(): Promise<Record<string, string>> {
  const [kafka, redis] = await freePorts(2)
  return { KAFKA_PORT: String(kafka), REDIS_PORT: String(redis) }
}

describe('on a machine that lacks what is needed', () => {
  test.each(['scripts/start.mjs', 'scripts/test.mjs'])(
    '%s ends with one error that lists every way, and fetches nothing',
    async (script) => {
      using checkout = freshCheckout()
      using machine = hidePrograms('java', 'pip', 'pip3', 'python3', 'npm')
      const { code, output } = await checkout.run([script], {
        PATH: machine.path,
        KAFKA_BROKERS: '',
        REDIS_URL: '',
        ...(await unusedPorts()),
      })
      expect(code).toBe(1)
      for (const way of ['npm', 'Java 17 or newer', 'JAVA_HOME', 'pip', 'KAFKA_BROKERS', 'docker compose up']) {
        expect(output).toContain(way)
      }
      expect(output.match(/cannot be set up here/g)).toHaveLength(1)
      expect(output).not.toContain('    at ')
      expect(checkout.cached()).toEqual([])
      expect(existsSync(join(checkout.dir, 'node_modules'))).toBe(false)
    },
  )

  test('a Kafka that runs elsewhere needs no Java here', async () => {
    using checkout = freshCheckout()
    using machine = hidePrograms('java', 'pip', 'pip3', 'python3', 'npm')
    const env = { PATH: machine.path, KAFKA_BROKERS: 'kafka.example.com:9092', ...(await unusedPorts()) }
    const { output } = await checkout.run(['scripts/start.mjs'], env)
    expect(output).not.toContain('Java')
    expect(output).toContain('npm is not in the PATH')
  })

  test.each(['start', 'test', 'reset', 'check', 'run'])('%s --help prints its page all the same', async (name) => {
    using checkout = freshCheckout()
    const { code, output } = await checkout.run([`scripts/${name}.mjs`, '--help'], { PATH: '' })
    expect(code).toBe(0)
    expect(output).toMatch(/^npm (start|test|run )/)
  })
})
