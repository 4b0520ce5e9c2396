import { messageIdOf } from '@imchannel/events'
import { createLedger } from '@imchannel/ledger'
import { uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'
import type { Reply, ScriptedInfobip, SeenRequest } from '../support/scripted-infobip.ts'
import type { Stage, StageOptions } from '../support/stage.ts'

interface Scene {
  infobip: ScriptedInfobip
  stage: Stage
  requestsFor: (commandId: string) => SeenRequest[]
  questionsAbout: (commandId: string) => SeenRequest[]
}

/** A dispatcher at work for one tenant, `acme`. */
async function begin(options: Partial<StageOptions> = {}): Promise<Scene> {
  const infobip = await useInfobip()
  const stage = await useStage({ tenants: { acme: infobip.url }, ...options })
  await stage.start()
  const messageId = (commandId: string) => messageIdOf(stage.tenant('acme').id, commandId)
  return {
    infobip,
    stage,
    requestsFor: (commandId) => infobip.sends().filter((request) => request.messageId === messageId(commandId)),
    questionsAbout: (commandId) =>
      infobip.requests('/omni/1/logs').filter(({ query }) => query.getAll('messageId').includes(messageId(commandId))),
  }
}

describe('timeout-after-accept', { timeout: PATIENCE_MS }, () => {
  it('makes no second request for a message that Infobip took before the connection broke', async () => {
    const { infobip, stage } = await begin()
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    const commands = Array.from({ length: 20 }, (_, index) => stage.text('acme', { id: `cut-${index}` }))
    await stage.send(commands)
    const outcomes = await stage.outcomesOf(commands.map((_, index) => `cut-${index}`))
    expect(outcomes.map((outcome) => outcome.how)).toEqual(Array(20).fill('accepted'))
    expect(infobip.sends()).toHaveLength(20)
    expect(new Set(infobip.accepted).size).toBe(20)
  })

  it('counts a 5xx as unknown, and waits for logs that lag', async () => {
    const { infobip, stage, requestsFor, questionsAbout } = await begin({ account: { unknownAfterMs: 30_000 } })
    let shown = false
    infobip.logsShow = () => shown
    infobip.onSend = (request) => {
      infobip.accept(request)
      return { status: 502 }
    }
    await stage.send([stage.text('acme', { id: 'late' })])
    await waitUntil(() => questionsAbout('late').length >= 2)
    shown = true
    expect((await stage.outcomesOf(['late']))[0]?.how).toBe('accepted')
    expect(requestsFor('late')).toHaveLength(1)
  })

  it('counts a page of a proxy as unknown, whatever its status, and rejects nothing', async () => {
    const { infobip, stage } = await begin({ account: { unknownAfterMs: 1_000 } })
    const pages: Reply[] = [400, 403, 404, 405].map((status) => ({
      status,
      headers: { 'content-type': 'text/html' },
      page: '<html><body>Blocked</body></html>',
    }))
    infobip.onSend = (_, nth) => pages[nth - 1]
    const commands = pages.map((_, index) => stage.text('acme', { id: `page-${index}` }))
    await stage.send(commands)
    const outcomes = await stage.outcomesOf(commands.map((_, index) => `page-${index}`))
    expect(outcomes.map(({ how }) => how)).toEqual(Array(pages.length).fill('accepted'))
    expect(stage.deadLetters()).toEqual([])
  })

  it('sends again under the same id what the logs do not know, and not before they were asked', async () => {
    const { infobip, stage, requestsFor, questionsAbout } = await begin({ account: { unknownAfterMs: 1_000 } })
    infobip.onSend = (_, nth) => (nth === 1 ? 'drop' : undefined)
    await stage.send([stage.text('acme', { id: 'lost' })])
    expect((await stage.outcomesOf(['lost']))[0]?.how).toBe('accepted')
    const [first, second, ...more] = requestsFor('lost')
    expect(more).toHaveLength(0)
    expect(second?.messageId).toBe(first?.messageId)
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900)
    expect(
      questionsAbout('lost').some((asked) => asked.at > (first?.at ?? Infinity) && asked.at < (second?.at ?? 0)),
    ).toBe(true)
  })

  it('rejects it instead where the account says so', async () => {
    const { infobip, stage, requestsFor } = await begin({ account: { unknownAfterMs: 1_000, onUnknown: 'reject' } })
    infobip.onSend = () => 'drop'
    await stage.send([stage.text('acme', { id: 'unsure' })])
    const [outcome] = await stage.outcomesOf(['unsure'])
    expect(outcome).toMatchObject({ how: 'rejected', error: { code: 'outcome_unknown' } })
    expect(requestsFor('unsure')).toHaveLength(1)
    await waitUntil(() => stage.deadLetters().length === 1)
  })

  it('takes Infobip’s refusal of a repeat for an acceptance', async () => {
    const { infobip, stage } = await begin({ account: { unknownAfterMs: 1_000 } })
    infobip.onSend = (request, nth) => {
      if (nth === 1) {
        infobip.accept(request)
        return 'drop'
      }
      const status = { groupId: 5, groupName: 'REJECTED', id: 23, name: 'REJECTED_DUPLICATE_MESSAGE_ID' }
      return { status: 200, body: { messages: [{ to: {}, status, messageId: request.messageId }] } }
    }
    infobip.logsShow = () => false
    await stage.send([stage.text('acme', { id: 'twice' })])
    expect((await stage.outcomesOf(['twice']))[0]?.how).toBe('accepted')
    expect(infobip.accepted).toHaveLength(1)
  })
})

describe('dlr-before-response', { timeout: PATIENCE_MS }, () => {
  it('finds the send behind a report that beats the answer, and settles by it what the logs do not show', async () => {
    const { infobip, stage, requestsFor } = await begin({ account: { unknownAfterMs: 60_000 } })
    infobip.logsShow = () => false
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    infobip.onSend = async (request): Promise<Reply> => {
      infobip.accept(request)
      await released
      return 'drop'
    }
    const to = uniqueNumber()
    await stage.send([stage.text('acme', { id: 'quick', to })])
    await waitUntil(() => requestsFor('quick').length === 1)

    const redis = useRedis()
    const { id: tenant } = stage.tenant('acme')
    const messageId = messageIdOf(tenant, 'quick')
    const reports = createLedger(redis, { memoryMs: 60_000 })
    const found = await reports.findByMessageIds(tenant, [messageId], { markSeen: true })
    expect(found.get(messageId)).toMatchObject({ commandId: 'quick', to, state: 'sending' })
    release()
    expect((await stage.outcomesOf(['quick']))[0]?.how).toBe('accepted')
    expect(requestsFor('quick')).toHaveLength(1)
  })
})

describe('poison-command', { timeout: PATIENCE_MS }, () => {
  it('sets aside what cannot be read, bytes and headers untouched, and goes on', async () => {
    const { stage } = await begin()
    await stage.send(['{"id": broken'], { headers: { 'x-bot': 'mine' } })
    await stage.send([stage.text('acme', { id: 'behind' })])
    await stage.outcomesOf(['behind'])
    const [letter] = await waitUntil(() => (stage.deadLetters().length === 1 ? stage.deadLetters() : undefined))
    expect(letter?.value?.toString()).toBe('{"id": broken')
    expect(letter?.key?.toString()).toBe('one key, one partition')
    const headers = Object.fromEntries(
      Object.entries(letter?.headers ?? {}).map(([name, value]) => [name, value?.toString()]),
    )
    expect(headers).toMatchObject({
      'x-bot': 'mine',
      'imchannel-error-code': 'unreadable',
      'imchannel-source-topic': stage.topics.outbound,
      'imchannel-source-partition': '0',
      'imchannel-source-offset': '0',
      'imchannel-attempts': '0',
    })
    expect(stage.outcomes()).toHaveLength(1)
  })

  it('tells who is named in a command that is refused, once', async () => {
    const { infobip, stage } = await begin()
    const { id: tenant, number } = stage.tenant('acme')
    const nobody = { ...stage.text('acme', { id: 'nobody' }), tenant: uniqueName('nobody') }
    const commands = [
      nobody,
      nobody,
      { ...stage.text('acme', { id: 'check-stranger', validateOnly: true }), from: '4400000000' },
      { id: 'check-half', tenant, from: number, to: '39123456789', content: { type: 'text' }, validateOnly: true },
      { ...stage.text('acme', { id: 'stranger' }), from: '4400000000' },
      { id: 'half', tenant, from: number, to: '39123456789', content: { type: 'text' } },
      stage.text('acme', { id: 'late', expiresAt: '2020-01-01T00:00:00Z' }),
      stage.text('acme', { id: 'check', validateOnly: true }),
      stage.text('acme', { id: 'last' }),
    ]
    await stage.send(commands)
    const checks = ['check-stranger', 'check-half', 'check']
    const outcomes = await stage.outcomesOf(['nobody', 'stranger', 'half', 'late', 'last', ...checks])
    const told = Object.fromEntries(
      outcomes.map((outcome) => [outcome.commandId, `${outcome.how} ${outcome.error?.code ?? ''}`]),
    )
    expect(told).toEqual({
      nobody: 'rejected unknown_tenant',
      stranger: 'rejected unknown_sender',
      half: 'rejected invalid_command',
      late: 'expired expired',
      'check-stranger': 'rejected unknown_sender',
      'check-half': 'rejected invalid_command',
      check: 'accepted ',
      last: 'accepted ',
    })
    expect(outcomes).toHaveLength(8)
    const dryRuns = outcomes.filter(({ dryRun }) => dryRun === true).map(({ commandId }) => commandId)
    expect(dryRuns.toSorted()).toEqual(checks.toSorted())
    // All letters of theirs are before this one.
    await stage.send([{ ...stage.text('acme', { id: 'end' }), from: '4400000000' }])
    const letters = (): string[] =>
      stage.deadLetters().map(({ value }) => (JSON.parse(value?.toString() ?? '') as { id: string }).id)
    await waitUntil(() => letters().includes('end'))
    expect(letters().toSorted()).toEqual(['end', 'half', 'nobody', 'stranger'])
    expect(infobip.sends()).toHaveLength(1)
  })

  it('refuses another tenant’s command on a tenant’s own topic, and touches nothing of that tenant', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    stage.configure((config) => {
      config.topics.outbound = [{ name: stage.topics.outbound, tenant: stage.tenant('globex').id }]
    })
    await stage.start()
    await stage.send([stage.text('acme', { id: 'foreign' }), stage.text('globex', { id: 'own' })])
    const [foreign] = (await stage.outcomesOf(['foreign', 'own'])).filter((outcome) => outcome.commandId === 'foreign')
    expect(foreign).toMatchObject({
      how: 'rejected',
      error: { code: 'tenant_mismatch' },
      tenant: stage.tenant('globex').id,
    })
    expect(infobip.sends()).toHaveLength(1)
    const redis = useRedis()
    expect(await redis.keys(`imc:s:${stage.tenant('acme').id}:*`)).toEqual([])
  })
})

describe('hot-key', { timeout: PATIENCE_MS }, () => {
  it('lets no conversation wait for one that fails, and keeps the order of that one', async () => {
    const { infobip, stage } = await begin()
    const hot = uniqueNumber()
    let failing = true
    infobip.onSend = (request) =>
      request.to === hot && failing ? { status: 429, headers: { 'retry-after': '0' } } : undefined
    const stuck = Array.from({ length: 5 }, (_, index) =>
      stage.text('acme', { id: `hot-${index}`, to: hot, text: String(index) }),
    )
    const free = Array.from({ length: 50 }, (_, index) => stage.text('acme', { id: `free-${index}` }))
    await stage.send([...stuck, ...free])
    await stage.outcomesOf(free.map((_, index) => `free-${index}`))
    expect(stage.outcomes().filter((outcome) => outcome.to === hot)).toHaveLength(0)
    failing = false
    await stage.outcomesOf(stuck.map((_, index) => `hot-${index}`))
    const taken = infobip
      .sends()
      .filter((request) => request.to === hot && infobip.accepted.includes(request.messageId ?? ''))
    expect([...new Set(taken.map((request) => request.text))]).toEqual(['0', '1', '2', '3', '4'])
  })
})

describe('retry-after-shared', { timeout: PATIENCE_MS }, () => {
  it('leaves the account alone for as long as Infobip asked, on every instance', async () => {
    const { infobip, stage } = await begin({ partitions: 2 })
    let throttledAt: number | undefined
    infobip.onSend = (request) => {
      if (throttledAt !== undefined) return undefined
      throttledAt = request.at
      return { status: 429, headers: { 'retry-after': '2' } }
    }
    await stage.start()
    await stage.send([stage.text('acme', { id: 'first' })])
    const at = await waitUntil(() => throttledAt)
    const commands = Array.from({ length: 20 }, (_, index) => stage.text('acme', { id: `behind-${index}` }))
    for (const command of commands) await stage.send([command], { key: String(command.id) })
    await stage.outcomesOf(['first', ...commands.map((command) => String(command.id))])
    const later = infobip.sends().filter((request) => request.at > at + 1)
    expect(later).toHaveLength(21)
    // What another instance had in hand may leave within its look at the shared state.
    expect(later.filter((request) => request.at < at + 1_900).length).toBeLessThan(3)
  })
})

describe('partial-failure-resumes', { timeout: PATIENCE_MS }, () => {
  it('ends each of many commands once, though every third request fails in another way', async () => {
    const { infobip, stage } = await begin({ account: { unknownAfterMs: 1_500 } })
    infobip.onSend = (request, nth) => {
      if (nth % 3 !== 0) return undefined
      switch (nth % 4) {
        case 0:
          return { status: 429, headers: { 'retry-after': '0' } }
        case 1:
          return { status: 503 }
        case 2:
          infobip.accept(request)
          return 'drop'
        default:
          return { status: 400, body: { requestError: { serviceException: { messageId: 'BAD_REQUEST', text: 'no' } } } }
      }
    }
    const ids = Array.from({ length: 200 }, (_, index) => `mixed-${index}`)
    await stage.send(ids.map((id) => stage.text('acme', { id })))
    const outcomes = await stage.outcomesOf(ids)
    expect(outcomes).toHaveLength(200)
    expect(new Set(infobip.accepted).size).toBe(infobip.accepted.length)
    const rejected = outcomes.filter((outcome) => outcome.how === 'rejected')
    expect(rejected.every((outcome) => outcome.error?.code === 'BAD_REQUEST' && outcome.error.httpStatus === 400)).toBe(
      true,
    )
    expect(outcomes.filter((outcome) => outcome.how === 'accepted')).toHaveLength(new Set(infobip.accepted).size)
    await waitUntil(() => stage.deadLetters().length === rejected.length)
  })
})
