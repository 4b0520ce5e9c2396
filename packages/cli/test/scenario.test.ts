import { connectEmulator, playScenario } from '@imchannel/infobip-emulator'
import { startTestSystem, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { callCli } from './support/call-cli.ts'

interface Sent {
  readonly direction: string
  readonly state: string
  readonly attempts?: readonly { readonly outcome: string }[]
}

/** What the requests of each message sent met, in their order. */
function metIn(timeline: readonly Sent[]): string[][] {
  return timeline.flatMap(({ direction, attempts = [] }) =>
    direction === 'out' ? [attempts.map(({ outcome }) => outcome)] : [],
  )
}

test('a conversation with a 429 and a lost answer, as a file, is played by an emulator and meets the same', async () => {
  await using system = await startTestSystem({
    parts: ['emulator', 'media-server', 'ingress', 'dispatcher', 'echo-bot'],
  })
  const emulator = connectEmulator(system.urls.emulator)
  const cli = async (args: readonly string[]) => callCli(['--config', system.configFile, ...args])
  const timeline = async (number: string) =>
    (await cli(['conversation', number])).json<Sent & Record<string, unknown>>()
  const customer = uniqueNumber()
  const phone = emulator.phone(customer)
  const texts = ['Where is my order?', 'Still nothing']

  await emulator.addFault({ action: 'throttle', retryAfterSeconds: 1, to: customer, count: 1 })
  await phone.says(texts[0] ?? '')
  await phone.receives(/order/, { state: 'seen', timeoutMs: 60_000 })
  await emulator.addFault({ action: 'drop', to: customer, count: 1 })
  await phone.says(texts[1] ?? '')
  await phone.receives(/Still/, { state: 'seen', timeoutMs: 60_000 })
  // Requests are written down beside sending, and the outcome of the second one comes once it was found.
  const met = await waitUntil(
    async () => {
      const told = await timeline(customer)
      const found = metIn(told)
      const areSeen = told.filter(({ state }) => state === 'seen').length === 2
      return areSeen && found[0]?.length === 2 && (found[1]?.length ?? 0) > 0 ? found : undefined
    },
    { what: 'both messages with their requests' },
  )
  expect(met).toEqual([['throttled', 'accepted'], expect.arrayContaining(['unknown'])])

  const written = await cli(['conversation', customer, '--as-scenario'])
  expect(written.code, written.err).toBe(0)
  for (const secret of [customer, ...texts, system.number]) expect(written.out).not.toContain(secret)
  const [scenario] = written.json<{ steps: Record<string, unknown>[] }>()
  // Whether there was a silence between them is up to the machine.
  const steps = scenario?.steps.filter((step) => !('waitMs' in step)) ?? []
  expect(steps).toMatchObject([
    { fault: { action: 'throttle', retryAfterSeconds: 1, count: 1 } },
    { says: 'Xxxxx xx xx xxxxx?' },
    { receives: '/^/', state: 'seen' },
    { fault: { action: 'drop' } },
    { says: 'Xxxxx xxxxxxx' },
    { receives: '/^/', state: 'seen' },
  ])

  await playScenario(emulator, scenario)
  const played = String(steps[1]?.['from'])
  expect((await emulator.messages({ customer: played })).length).toBe(4)
  const again = await waitUntil(
    async () => {
      const found = metIn(await timeline(played))
      return found[0]?.length === 2 && (found[1]?.length ?? 0) > 0 ? found : undefined
    },
    { what: 'the requests of the play' },
  )
  expect(again).toEqual([['throttled', 'accepted'], expect.arrayContaining(['unknown'])])
})
