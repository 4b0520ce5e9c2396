import { fileURLToPath } from 'node:url'
import { messageIdOf } from '@imchannel/events'
import { listTopics, topicOffsets } from '@imchannel/kafka'
import { spawnManaged } from '@imchannel/local-stack'
import type { ManagedChild } from '@imchannel/local-stack'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import type { ServiceProcess } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Death } from '../support/deadly-dispatcher.ts'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'
import type { ScriptedInfobip } from '../support/scripted-infobip.ts'
import type { Stage } from '../support/stage.ts'

function commandsOf(stage: Stage, count: number, over: number) {
  const customers = Array.from({ length: over }, () => uniqueNumber())
  return Array.from({ length: count }, (_, index) => ({
    key: customers[index % over] ?? '',
    command: stage.text('acme', { id: `k-${index}`, to: customers[index % over] ?? '', text: String(index) }),
  }))
}

/** In: every command. Out: each taken once, in its conversation's order, and told. */
async function expectAllOnce(
  stage: Stage,
  infobip: ScriptedInfobip,
  commands: ReturnType<typeof commandsOf>,
): Promise<void> {
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

async function write(stage: Stage, commands: ReturnType<typeof commandsOf>): Promise<void> {
  for (const { key, command } of commands) await stage.send([command], { key })
}

describe('kill -9', { timeout: PATIENCE_MS }, () => {
  it('of either of two instances, in the middle of requests, neither loses nor doubles nor reorders', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, partitions: 4, sender: { messagesPerSecond: 40 } })
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
    const commands = commandsOf(stage, 300, 30)
    await write(stage, commands)
    let metOpen = 0
    for (const [round, after] of [40, 90].entries()) {
      await waitUntil(() => infobip.accepted.length >= after && open > 0)
      metOpen += open > 0 ? 1 : 0
      await instances[round]?.kill()
      instances.push(await stage.spawn())
    }
    expect(metOpen).toBe(2)
    await expectAllOnce(stage, infobip, commands)
  })

  describe.each<{ death: Death; when: string }>([
    { death: 'copied', when: 'when commands are in the parked topic and not finished in their own' },
    { death: 'draining', when: 'when more are parked behind those that are being sent already' },
    { death: 'held', when: 'on the way back, while commands are held for the last parked ones' },
  ])('of one of two instances $when', ({ death }) => {
    it('neither loses nor doubles nor reorders', async () => {
      const infobip = await useInfobip()
      const stage = await useStage({
        tenants: { acme: infobip.url },
        partitions: 2,
        // Slow enough that draining takes some commits' time.
        sender: { messagesPerSecond: 50 },
        settings: { maxWaiting: 30 },
      })
      let down = true
      infobip.onSend = () => (down ? { status: 401 } : undefined)
      infobip.onOther = () => (down ? { status: 401 } : undefined)
      const commands = commandsOf(stage, 600, 12)
      const writeEvenly = async (part: typeof commands): Promise<void> => {
        for (const { key, command } of part) {
          await stage.send([command], { key, partition: commands.findIndex((one) => one.key === key) % 2 })
        }
      }
      // It comes first and so has a partition at any time; in both of them there is as much.
      const deadly = await startDeadly(stage, death)
      await Promise.race([deadly.ready, deadly.exited])
      await stage.spawn()
      await writeEvenly(commands.slice(0, 300))
      await waitUntil(async () => (await copies(stage)) >= 100, {
        what: 'a hundred parked commands',
        timeoutMs: 60_000,
      })
      down = false
      // More comes as long as it lives, so that parked commands have others behind them.
      let next = 300
      while (deadly.isRunning() && next < 560) {
        await writeEvenly(commands.slice(next, (next += 20)))
        const enough = next - 250
        await waitUntil(() => !deadly.isRunning() || infobip.accepted.length >= enough, { timeoutMs: 60_000 })
      }
      await waitUntil(() => !deadly.isRunning(), { timeoutMs: 60_000, what: `death when ${death}` })
      expect(await deadly.exited).toMatchObject({ signal: 'SIGKILL' })
      await stage.spawn()
      await writeEvenly(commands.slice(next))
      await expectAllOnce(stage, infobip, commands)
    })
  })
})

/** Copies in the parked topic. */
async function copies(stage: Stage): Promise<number> {
  const parked = `${stage.topics.outbound}.parked.${stage.tenant('acme').id}`
  if (!(await listTopics(stage.client)).includes(parked)) return 0
  return (await topicOffsets(stage.client, parked)).reduce((sum, { high }) => sum + Number(high), 0)
}

async function startDeadly(stage: Stage, death: Death): Promise<ManagedChild & { ready: Promise<void> }> {
  const script = fileURLToPath(new URL('../support/deadly-dispatcher.ts', import.meta.url))
  const ready = Promise.withResolvers<void>()
  const child = await spawnManaged(process.execPath, [script], {
    env: { ...process.env, ...stage.env, PORT: '0', DEATH: death },
    output: (text) => {
      if (text.includes('dispatcher is ready')) ready.resolve()
    },
  })
  onTestFinished(async () => {
    await child.kill()
  })
  return { ...child, ready: ready.promise }
}

describe('SIGTERM', { timeout: PATIENCE_MS }, () => {
  it('finishes what is on its way, leaves the rest to the next, and ends with 0', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, sender: { messagesPerSecond: 50 } })
    let open = 0
    infobip.onSend = async (request) => {
      open++
      await new Promise((resolve) => setTimeout(resolve, 100))
      open--
      return infobip.accept(request)
    }
    const first = await stage.spawn()
    const commands = commandsOf(stage, 150, 15)
    await stage.send(commands.map(({ command }) => command))
    await waitUntil(() => infobip.accepted.length > 20 && open > 0)
    const exit = await first.stop()
    expect(exit).toMatchObject({ code: 0 })
    expect(open).toBe(0)
    const before = infobip.sends().length
    expect(infobip.accepted).toHaveLength(before)
    await stage.spawn()
    await expectAllOnce(stage, infobip, commands)
  })
})
