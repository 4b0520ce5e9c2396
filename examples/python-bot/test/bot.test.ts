import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { spawnManaged } from '@imchannel/local-stack'
import { startTestSystem, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, it, onTestFailed } from 'vitest'

const python = process.env['PYTHON'] ?? 'python3'
const missing = findProblem()

function findProblem(): string | undefined {
  try {
    execFileSync(python, ['-c', 'import confluent_kafka, typing_extensions'], { stdio: 'ignore' })
    return undefined
  } catch {
    return ` (${python} has no confluent_kafka: pip install -r examples/python-bot/requirements.txt)`
  }
}

const script = fileURLToPath(new URL('../bot.py', import.meta.url))

it.skipIf(missing !== undefined)(`a bot in Python answers the phone${missing ?? ''}`, async () => {
  await using system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
  let output = ''
  onTestFailed(() => void process.stderr.write(output))
  const bot = await spawnManaged(python, [script], {
    env: { ...process.env, KAFKA_BROKERS: system.brokers.join(','), TOPIC_PREFIX: system.topicPrefix },
    output: (chunk) => {
      output += chunk
    },
  })
  try {
    const customers = [uniqueNumber(), uniqueNumber()]
    for (const from of customers) await system.customerWrites({ from, text: 'Hello' })
    for (const customer of customers) {
      const answers = await waitUntil(
        async () => {
          const path = `messages?customer=${customer}&direction=to-customer`
          const { messages } = await system.ask<{ messages: { bubble: { text?: string } }[] }>(path)
          return messages.length > 0 && messages
        },
        { what: 'the answer on the phone' },
      )
      expect(answers.map(({ bubble }) => bubble.text)).toEqual(['You said to Python: Hello'])
    }
  } finally {
    await bot.stop(5_000)
  }
})
