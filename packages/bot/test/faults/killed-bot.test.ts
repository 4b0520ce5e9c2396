import { setTimeout as sleep } from 'node:timers/promises'
import { connectEmulator } from '@imchannel/bot/testing'
import { createRandom, startTestSystem, uniqueNumber, waitUntil, type TestSystem } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest'
import { spawnBot, type BotProcess } from '../fixtures/spawn-bot.ts'

/** `npm run torture -- --bot` asks for more. */
const KILLS = Number(process.env['BOT_KILLS'] ?? 10)
const CUSTOMERS = 12
/** A message each … of some customer. */
const PACE_MS = 60

let system: TestSystem

beforeAll(async () => {
  system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
})
afterAll(() => system[Symbol.asyncDispose]())

it(
  `answers every message exactly once, in order, though it is killed ${KILLS} times under load`,
  { timeout: KILLS * 18_000 },
  async () => {
    const seed = Date.now() % 100_000
    onTestFailed(() => void process.stderr.write(`seed ${seed}\n${outputs.join('\n---\n')}`))
    const random = createRandom(seed)
    const outputs: string[] = []
    const written: { customer: string; text: string }[] = []
    const customers = Array.from({ length: CUSTOMERS }, uniqueNumber)
    const writing = new AbortController()

    const write = (async () => {
      while (!writing.signal.aborted) {
        const customer = customers[random.between(0, CUSTOMERS - 1)] ?? ''
        const text = `m-${written.length}`
        await system.customerWrites({ from: customer, text })
        written.push({ customer, text })
        await sleep(PACE_MS)
      }
    })()

    let next = spawnBot(system)
    for (let kill = 0; kill < KILLS; kill++) {
      const bot = await next
      // At random: before it joins, while it works off what waited, or in the midst of what comes in; its successor joins before or after.
      if (random.next() < 0.8) await waitUntil(() => hasAnswered(bot) || !bot.isRunning(), { what: 'the bot answers' })
      next = spawnBot(system)
      await sleep(random.between(0, 1_000))
      await bot.kill()
      outputs.push(bot.output())
    }
    writing.abort()
    await write

    const last = await next
    const emulator = connectEmulator(system.urls.emulator)
    const answers = async () => {
      const requests = await emulator.requests({ path: '/omni/1/advanced' })
      return requests.flatMap(({ body }) => readAnswers(body))
    }
    await waitUntil(async () => new Set((await answers()).map(({ text }) => text)).size === written.length, {
      timeoutMs: 60_000,
      what: 'an answer to each message',
    })
    // What would come twice comes with what was handled again, and that is before the last answers.
    await last.stop(10_000)
    const all = await answers()
    expect(all.length).toBe(written.length)
    for (const customer of customers) {
      const asked = written.filter((one) => one.customer === customer).map(({ text }) => `You said: ${text}`)
      expect(all.filter((one) => one.customer === customer).map(({ text }) => text)).toEqual(asked)
    }
    const busy = outputs.filter((output) => output.includes('answered')).length
    expect(busy).toBeGreaterThan(KILLS / 2)
    process.stdout.write(
      `${KILLS} kills (${busy} of a bot that had answered), ${written.length} messages, ${all.length} requests\n`,
    )
  },
)

function hasAnswered(bot: BotProcess): boolean {
  return bot.output().includes('answered')
}

interface Body {
  destinations?: { to: { phoneNumber: string } }[]
  whatsApp?: { text?: string }
}

function readAnswers(body: unknown): { customer: string; text: string }[] {
  const { destinations = [], whatsApp } = body as Body // what the dispatcher wrote
  return destinations.map(({ to }) => ({ customer: to.phoneNumber, text: whatsApp?.text ?? '' }))
}
