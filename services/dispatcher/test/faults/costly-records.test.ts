import { fileURLToPath } from 'node:url'
import { spawnManaged } from '@imchannel/local-stack'
import { observe, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'
import type { Stage } from '../support/stage.ts'

/** Each of the ones in it is a fault, and a value of its own. */
function bomb(stage: Stage, bytes: number): string {
  const content = { type: 'contacts' }
  const head = `${JSON.stringify({ ...stage.text('acme', { id: 'bomb' }), content }).slice(0, -2)},"contacts":[`
  return `${head}${'1,'.repeat((bytes - head.length) / 2 - 10)}1]}}`
}

describe('one record never stops the rest', { timeout: PATIENCE_MS }, () => {
  it.each([3_000_000, 8_000_000])(
    'a command of %i bytes that is millions of values is refused by name, in a heap of 768 MB, beside another tenant',
    async (bytes) => {
      const infobip = await useInfobip()
      const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
      await stage.send([
        stage.text('globex', { id: 'before' }),
        bomb(stage, bytes),
        stage.text('globex', { id: 'behind' }),
      ])
      const service = await stage.spawn({ NODE_OPTIONS: '--max-old-space-size=768' })
      const ended = await Promise.race([stage.outcomesOf(['before', 'bomb', 'behind']), service.exited])
      expect(ended).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ commandId: 'before', how: 'accepted' }),
          expect.objectContaining({ commandId: 'bomb', how: 'rejected', tenant: stage.tenant('acme').id }),
          expect.objectContaining({ commandId: 'behind', how: 'accepted' }),
        ]),
      )
      const bombed = stage.outcomes().find(({ commandId }) => commandId === 'bomb')
      expect(bombed?.error).toMatchObject({ code: 'invalid_command' })
      expect(bombed?.error?.reason.length).toBeLessThanOrEqual(1_024)
    },
  )

  it('a record whose reading kills the process is set aside unread the third time, and none of those beside it', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, account: { unknownAfterMs: 1_000 } })
    const customer = uniqueNumber()
    const callbackData = 'x'.repeat(1_100_000)
    const commands = [
      stage.text('acme', { id: 'before', to: customer }),
      stage.text('acme', { id: 'kills', to: customer, text: 'deadly', callbackData }),
      stage.text('acme', { id: 'large', callbackData }),
      stage.text('acme', { id: 'behind', to: customer }),
    ]
    await stage.send(commands)
    let deaths = 0
    const script = fileURLToPath(new URL('../support/deadly-dispatcher.ts', import.meta.url))
    const start = () =>
      spawnManaged(process.execPath, [script], {
        env: { ...process.env, ...stage.env, PORT: '0', DEATH: 'reading' },
        output: (chunk) => observe('stdout and stderr', chunk),
      })
    let child = await start()
    const supervision = { over: false }
    const supervising = (async () => {
      while (!supervision.over) {
        await child.exited
        if (supervision.over) return
        deaths++
        child = await start()
      }
    })()
    const outcomes = await stage.outcomesOf(commands.map(({ id }) => String(id)))
    supervision.over = true
    await child.kill()
    await supervising
    expect(deaths).toBe(2)
    expect(Object.fromEntries(outcomes.map(({ commandId, how, error }) => [commandId, error?.code ?? how]))).toEqual({
      before: 'accepted',
      kills: 'internal_error',
      // Longer callback data than is taken, and read all the same.
      large: 'invalid_command',
      behind: 'accepted',
    })
    // One more than once where its process was killed before it could say that it is written.
    const letters = () => new Set(stage.deadLetters().map(({ value }) => value?.length))
    await waitUntil(() => letters().size === 2)
    expect(letters()).toEqual(new Set([commands[1], commands[2]].map((command) => JSON.stringify(command).length)))
    expect(
      await useRedis().keys(`imc:ledger:${stage.topics.outbound.replace(/\.outbound$/, '')}.dispatcher:reading:*`),
    ).toHaveLength(1)
  })
})
