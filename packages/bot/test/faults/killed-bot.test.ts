import { setTimeout as sleep } from 'node:timers/promises'
import { connectEmulator } from '@imchannel/bot/testing'
import { createRandom, startTestSystem, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, it, onTestFailed, onTestFinished } from 'vitest'
import { spawnBot, type BotProcess } from '../fixtures/spawn-bot.ts'

/** `npm run torture -- --bot` asks for more. */
const KILLS = Number(process.env['BOT_KILLS'] ?? 10)
const CUSTOMERS = 12
/** A message each … of some customer. */
const PACE_MS = 60
/** Every fourth bot is killed at any moment, before it joins as well; the others have answered. */
const EARLY = 4
const MOST_ANSWERS = 12
const PATIENCE_MS = 240_000

it(
  `answers every message exactly once, in order, though it is killed ${KILLS} times under load`,
  { timeout: PATIENCE_MS + KILLS * 60_000 },
  async () => {
    const seed = Date.now() % 100_000
    const random = createRandom(seed)
    const bots: BotProcess[] = []
    onTestFailed(() => {
      const outputs = bots.map((bot) => bot.output())
      process.stderr.write(`seed ${seed}\n${outputs.join('\n---\n')}`)
    })
    // Of this try alone: another would meet its messages and answers.
    const system = await startTestSystem({ parts: ['emulator', 'ingress', 'dispatcher'] })
    onTestFinished(() => system[Symbol.asyncDispose]())
    const written: { customer: string; text: string }[] = []
    const customers = Array.from({ length: CUSTOMERS }, uniqueNumber)
    const writing = new AbortController()

    const start = async (): Promise<BotProcess> => {
      const bot = await spawnBot(system)
      bots.push(bot)
      onTestFinished(async () => void (await bot.kill()))
      return bot
    }
    const write = async (): Promise<void> => {
      while (!writing.signal.aborted) {
        const customer = customers[random.between(0, CUSTOMERS - 1)] ?? ''
        const text = `m-${written.length}`
        await system.customerWrites({ from: customer, text })
        written.push({ customer, text })
        await sleep(PACE_MS)
      }
    }
    const killAll = async (): Promise<void> => {
      let next = start()
      for (let kill = 0; kill < KILLS; kill++) {
        const bot = await next
        if (kill % EARLY === EARLY - 1) await sleep(random.between(0, 3_000))
        else {
          const answers = random.between(1, MOST_ANSWERS)
          await waitUntil(() => answersOf(bot) >= answers, {
            timeoutMs: PATIENCE_MS,
            what: `bot ${kill} answers ${answers} messages`,
          })
        }
        // Its successor joins before it ends, or after.
        const overlaps = random.next() < 0.5
        if (overlaps) {
          next = start()
          await sleep(random.between(0, 1_500))
        }
        await bot.kill()
        if (!overlaps) next = start()
      }
      await next
    }
    onTestFinished(() => writing.abort())
    await Promise.all([write(), killAll().finally(() => writing.abort())])

    const emulator = connectEmulator(system.urls.emulator)
    const answers = async () => {
      const requests = await emulator.requests({ path: '/omni/1/advanced' })
      return requests.flatMap(({ body }) => readAnswers(body))
    }
    await waitUntil(async () => new Set((await answers()).map(({ text }) => text)).size === written.length, {
      timeoutMs: PATIENCE_MS,
      what: 'an answer to each message',
    })
    // What would come twice comes with what was handled again, and that is before the last answers.
    await bots.at(-1)?.stop(10_000)
    const all = await answers()
    expect(all.length).toBe(written.length)
    for (const customer of customers) {
      const asked = written.filter((one) => one.customer === customer).map(({ text }) => `You said: ${text}`)
      expect(all.filter((one) => one.customer === customer).map(({ text }) => text)).toEqual(asked)
    }
    process.stdout.write(`${KILLS} kills, ${written.length} messages, ${all.length} requests\n`)
  },
)

function answersOf(bot: BotProcess): number {
  return bot.output().split('answered').length - 1
}

interface Body {
  destinations?: { to: { phoneNumber: string } }[]
  whatsApp?: { text?: string }
}

function readAnswers(body: unknown): { customer: string; text: string }[] {
  const { destinations = [], whatsApp } = body as Body // what the dispatcher wrote
  return destinations.map(({ to }) => ({ customer: to.phoneNumber, text: whatsApp?.text ?? '' }))
}
