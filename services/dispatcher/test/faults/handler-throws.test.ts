import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type * as Events from '@imchannel/events'
import { committedOffsets } from '@imchannel/kafka'
import { spawnManaged } from '@imchannel/local-stack'
import { observe, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it, vi } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'

// A bug that one command's reading meets.
vi.mock('@imchannel/events', async (importOriginal) => {
  const original = await importOriginal<typeof Events>()
  const parseCommand: typeof original.parseCommand = (record) => {
    if (record.value?.includes('"unreadable-') === true) throw new RangeError('a bug')
    return original.parseCommand(record)
  }
  return { ...original, parseCommand }
})

describe('handler-throws', { timeout: PATIENCE_MS }, () => {
  it('sets aside after three attempts the one command in a thousand whose handling throws', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, sender: { messagesPerSecond: 5_000 } })
    let thrown = 0
    const { logs } = await stage.start((parts) => ({
      ...parts,
      ledger: {
        ...parts.ledger,
        claimNew: async (send, owner) => {
          if (send.identity.commandId !== 'throws') return parts.ledger.claimNew(send, owner)
          thrown++
          throw new Error('a bug')
        },
      },
    }))
    const commands = Array.from({ length: 1_000 }, (_, index) => stage.text('acme', { id: `fine-${index}` }))
    commands.splice(500, 0, stage.text('acme', { id: 'throws' }))
    await stage.send(commands)
    const outcomes = await stage.outcomesOf(commands.map(({ id }) => String(id)))
    expect(outcomes.filter((outcome) => outcome.how !== 'accepted')).toMatchObject([
      { commandId: 'throws', how: 'rejected', error: { code: 'internal_error' } },
    ])
    expect(thrown).toBe(3)
    const [letter] = await waitUntil(() => (stage.deadLetters().length === 1 ? stage.deadLetters() : undefined))
    expect(letter?.headers['imchannel-attempts']?.toString()).toBe('3')
    expect(logs.filter((line) => line.includes('[throws] threw') && line.includes('a bug'))).toHaveLength(3)
  })

  it('sets aside at once the one whose reading throws, bytes untouched, and holds up nothing', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { logs } = await stage.start()
    const bad = stage.text('acme', { id: 'unreadable-1' })
    await stage.send([stage.text('acme', { id: 'before' }), bad, stage.text('acme', { id: 'behind' })])
    await stage.outcomesOf(['before', 'behind'])
    const [letter] = await waitUntil(() => (stage.deadLetters().length === 1 ? stage.deadLetters() : undefined))
    expect(letter?.value?.toString()).toBe(JSON.stringify(bad))
    expect(letter?.headers['imchannel-error-code']?.toString()).toBe('internal_error')
    expect(logs.filter((line) => line.includes('[unread] threw') && line.includes('a bug'))).toHaveLength(1)
    const groupId = `${stage.topics.outbound.replace(/\.outbound$/, '')}.dispatcher`
    await waitUntil(async () => (await committedOffsets(stage.client, groupId, stage.topics.outbound)).get(0) === 3n)
    expect(infobip.sends()).toHaveLength(2)
  })

  it('sets aside the command that kills the process each time, and none of those that are beside it', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      account: { unknownAfterMs: 1_000 },
      sender: { messagesPerSecond: 1_000 },
    })
    const customer = uniqueNumber()
    const beside = Array.from({ length: 40 }, (_, index) => stage.text('acme', { id: `beside-${index}` }))
    await stage.send([
      ...beside.slice(0, 20),
      stage.text('acme', { id: 'deadly', to: customer, text: 'deadly' }),
      stage.text('acme', { id: 'behind', to: customer }),
      ...beside.slice(20),
    ])
    let deaths = 0
    const script = fileURLToPath(new URL('../support/deadly-dispatcher.ts', import.meta.url))
    const start = () =>
      spawnManaged(process.execPath, [script], {
        env: { ...process.env, ...stage.env, PORT: '0', DEATH: 'request' },
        output: (chunk) => observe('stdout and stderr', chunk),
      })
    let child = await start()
    const ended = stage.outcomesOf(['deadly', 'behind', ...beside.map(({ id }) => String(id))])
    const supervision = { over: false }
    const supervising = (async () => {
      while (!supervision.over) {
        await child.exited
        if (supervision.over) return
        deaths++
        child = await start()
      }
    })()
    const outcomes = await ended
    supervision.over = true
    await child.kill()
    await supervising
    expect(deaths).toBe(3)
    expect(outcomes.filter((outcome) => outcome.how !== 'accepted')).toMatchObject([
      { commandId: 'deadly', how: 'rejected', error: { code: 'internal_error' } },
    ])
    expect(new Set(infobip.accepted).size).toBe(41)
    expect(infobip.accepted).toHaveLength(41)
  })

  it('sends the one that threw before, and waits for a turn of its own, no sooner than the account has asked for meanwhile', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const answered: number[] = []
    infobip.onSend = async (_request, nth) => {
      if (nth > 1) return undefined
      // Time for the others to wait for their turn, with their permits.
      await sleep(1_000)
      answered.push(performance.now())
      return { status: 429, headers: { 'retry-after': '3' } }
    }
    const thrown = new Map<string, number>()
    await stage.start((parts) => ({
      ...parts,
      attempt: async (work, ...rest) => {
        const times = thrown.get(work.send.messageId) ?? 0
        thrown.set(work.send.messageId, times + 1)
        if (times < 2) throw new Error('a bug')
        return parts.attempt(work, ...rest)
      },
    }))
    const commands = ['a', 'b', 'c'].map((id) => stage.text('acme', { id }))
    await stage.send(commands)
    const outcomes = await stage.outcomesOf(['a', 'b', 'c'])
    expect(outcomes.map(({ how }) => how)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(infobip.sends()).toHaveLength(4)
    // A timer may be early by a millisecond.
    for (const { at } of infobip.sends().slice(1)) expect(at - (answered[0] ?? 0)).toBeGreaterThan(2_990)
  })
})
