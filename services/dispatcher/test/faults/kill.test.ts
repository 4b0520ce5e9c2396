import { messageIdOf } from '@imchannel/events'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import type { ServiceProcess } from '@imchannel/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedInfobip } from '../support/scripted-infobip.ts'
import type { ScriptedInfobip } from '../support/scripted-infobip.ts'
import { PATIENCE_MS, setStage } from '../support/stage.ts'
import type { Stage } from '../support/stage.ts'

let infobip: ScriptedInfobip
let stage: Stage

beforeEach(async () => {
  infobip = await startScriptedInfobip()
})

afterEach(async () => {
  await stage[Symbol.asyncDispose]()
  await infobip.close()
})

function commandsOf(count: number, over: number) {
  const customers = Array.from({ length: over }, () => uniqueNumber())
  return Array.from({ length: count }, (_, index) => ({
    key: customers[index % over] ?? '',
    command: stage.text('acme', { id: `k-${index}`, to: customers[index % over] ?? '', text: String(index) }),
  }))
}

/** In: every command. Out: each taken once, in its conversation's order, and told. */
async function expectAllOnce(commands: ReturnType<typeof commandsOf>): Promise<void> {
  const outcomes = await stage.outcomesOf(
    commands.map(({ command }) => String(command.id)),
    120_000,
  )
  const { id: tenant } = stage.tenant('acme')
  expect(new Set(outcomes.map((outcome) => outcome.id)).size).toBe(commands.length)
  expect(outcomes.filter((outcome) => outcome.how !== 'accepted')).toEqual([])
  expect(new Set(infobip.accepted)).toEqual(
    new Set(commands.map(({ command }) => messageIdOf(tenant, String(command.id)))),
  )
  expect(infobip.accepted).toHaveLength(commands.length)
  const last = new Map<string, number>()
  for (const { to = '', text } of infobip.sends()) {
    expect(Number(text), `order of ${to}`).toBeGreaterThanOrEqual(last.get(to) ?? -1)
    last.set(to, Number(text))
  }
}

async function write(commands: ReturnType<typeof commandsOf>): Promise<void> {
  for (const { key, command } of commands) await stage.send([command], { key })
}

describe('kill -9', { timeout: PATIENCE_MS }, () => {
  it('of either of two instances, in the middle of requests, neither loses nor doubles nor reorders', async () => {
    stage = await setStage({ tenants: { acme: infobip.url }, partitions: 4, sender: { messagesPerSecond: 40 } })
    let open = 0
    infobip.onSend = async (request) => {
      open++
      // Taken at once and answered late: a kill in between leaves an answer that nobody hears.
      const reply = infobip.accept(request)
      await new Promise((resolve) => setTimeout(resolve, 60))
      open--
      return reply
    }
    const instances: ServiceProcess[] = [await stage.spawn(), await stage.spawn()]
    const commands = commandsOf(300, 30)
    await write(commands)
    let metOpen = 0
    for (const [round, after] of [40, 90].entries()) {
      await waitUntil(() => infobip.accepted.length >= after && open > 0)
      metOpen += open > 0 ? 1 : 0
      await instances[round]?.kill()
      instances.push(await stage.spawn())
    }
    expect(metOpen).toBe(2)
    await expectAllOnce(commands)
  })

  it('at each step of parking and of the way back neither loses nor doubles nor reorders', async () => {
    stage = await setStage({ tenants: { acme: infobip.url }, partitions: 2, settings: { maxWaiting: 50 } })
    let down = true
    infobip.onSend = () => (down ? { status: 401 } : undefined)
    infobip.onOther = () => (down ? { status: 401 } : undefined)
    const commands = commandsOf(600, 12)
    let victim = await stage.spawn()
    const steady = await stage.spawn()

    // While copies are written and their places in the source are not finished.
    const writing = write(commands.slice(0, 300))
    await Promise.race([victim.line(/go to the parked topic/), steady.line(/go to the parked topic/)])
    await victim.kill()
    victim = await stage.spawn()
    await writing
    // While parked commands are being sent.
    down = false
    await waitUntil(() => infobip.accepted.length > 50)
    const more = write(commands.slice(300, 450))
    await victim.kill()
    victim = await stage.spawn()
    await more
    // While the rest is drained, and those behind are held.
    await waitUntil(() => infobip.accepted.length > 250)
    await steady.kill()
    await write(commands.slice(450))
    await expectAllOnce(commands)
  })
})

describe('SIGTERM', { timeout: PATIENCE_MS }, () => {
  it('finishes what is on its way, leaves the rest to the next, and ends with 0', async () => {
    stage = await setStage({ tenants: { acme: infobip.url }, sender: { messagesPerSecond: 50 } })
    let open = 0
    infobip.onSend = async (request) => {
      open++
      await new Promise((resolve) => setTimeout(resolve, 100))
      open--
      return infobip.accept(request)
    }
    const first = await stage.spawn()
    const commands = commandsOf(150, 15)
    await stage.send(commands.map(({ command }) => command))
    await waitUntil(() => infobip.accepted.length > 20 && open > 0)
    const exit = await first.stop()
    expect(exit).toMatchObject({ code: 0 })
    expect(open).toBe(0)
    const before = infobip.sends().length
    expect(infobip.accepted).toHaveLength(before)
    await stage.spawn()
    await expectAllOnce(commands)
  })
})
