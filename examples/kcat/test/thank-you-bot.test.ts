import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { spawnManaged } from '@imchannel/local-stack'
import { startTestSystem, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, it, onTestFailed } from 'vitest'

const missing = findProblem()

function findProblem(): string | undefined {
  try {
    execFileSync('kcat', ['-V'], { stdio: 'ignore' })
    return undefined
  } catch {
    return ' (no kcat in the PATH)'
  }
}

const script = fileURLToPath(new URL('../thank-you-bot.sh', import.meta.url))

it.skipIf(missing !== undefined)(`a bot of kcat and a shell answers the phone${missing ?? ''}`, async () => {
  await using system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
  let output = ''
  onTestFailed(() => void process.stderr.write(output))
  const bot = await spawnManaged('/bin/sh', [script], {
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
      expect(answers.map(({ bubble }) => bubble.text)).toEqual(['Thank you, says kcat.'])
    }
  } finally {
    await bot.stop(5_000)
  }
})
