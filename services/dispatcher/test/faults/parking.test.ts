import { messageIdOf, parkedTopic } from '@imchannel/events'
import { createProducer, growTopic, listTopics, topicOffsets } from '@imchannel/kafka'
import { startGuardedKafka, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'
import type { ScriptedInfobip } from '../support/scripted-infobip.ts'
import type { Stage } from '../support/stage.ts'

/** Commands of some conversations in turn, numbered in their texts. */
function conversations(stage: Stage, tenant: string, count: number, { over = 5, prefix = 'c' } = {}) {
  const customers = Array.from({ length: over }, () => uniqueNumber())
  return Array.from({ length: count }, (_, index) =>
    stage.text(tenant, { id: `${prefix}-${index}`, to: customers[index % over] ?? '', text: String(index) }),
  )
}

function idsOf(commands: readonly { id?: string | undefined }[]): string[] {
  return commands.map(({ id }) => String(id))
}

/** Each command was taken once, and each conversation in the order in which it was written. */
function expectEachOnceInOrder(infobip: ScriptedInfobip, commands: ReturnType<typeof conversations>): void {
  const wanted = new Set(commands.map(({ tenant, id }) => messageIdOf(tenant, String(id))))
  const accepted = infobip.accepted.filter((id) => wanted.has(id))
  expect(accepted).toHaveLength(wanted.size)
  expect(new Set(accepted).size).toBe(wanted.size)
  const last = new Map<string, number>()
  for (const { messageId, to = '', text } of infobip.sends()) {
    if (!wanted.has(messageId ?? '')) continue
    expect(Number(text), `order of ${to}`).toBeGreaterThanOrEqual(last.get(to) ?? -1)
    last.set(to, Number(text))
  }
}

describe('account-key-revoked', { timeout: PATIENCE_MS }, () => {
  it('keeps the commands of an account whose key is refused, in order, while another tenant’s go on, and sends them once a new key is there', async () => {
    const acme = await useInfobip()
    const globex = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url, globex: globex.url } })
    let key = 'none is right'
    acme.onSend = ({ authorization }) => (authorization === key ? undefined : { status: 401, body: {} })
    acme.onOther = ({ authorization }) => (authorization === key ? undefined : { status: 401, body: {} })
    const { logs } = await stage.start()
    const waiting = conversations(stage, 'acme', 300, { prefix: 'waiting' })
    const others = conversations(stage, 'globex', 100, { prefix: 'other' })
    await stage.send(waiting)
    await stage.send(others)
    await stage.outcomesOf(idsOf(others))
    expect(acme.accepted).toEqual([])
    expect(stage.outcomes()).toHaveLength(100)
    expect(stage.deadLetters()).toEqual([])
    await waitUntil(() => logs.some((line) => line.includes('out of service (key-refused)')))

    const { id } = stage.tenant('acme')
    key = 'App the-new-key'
    stage.configure((config) => {
      const [account] = config.tenants[id]?.accounts ?? []
      if (account !== undefined) account.apiKey = 'the-new-key'
    })
    await stage.outcomesOf(idsOf(waiting))
    expectEachOnceInOrder(acme, waiting)
    expect(stage.deadLetters()).toEqual([])
    expect(logs.join('\n')).not.toContain('the-new-key')
  })
})

describe('account moved to another URL', { timeout: PATIENCE_MS }, () => {
  it('sends what waits for it at once, in order, and nothing that is written later before it', async () => {
    const acme = await useInfobip()
    const elsewhere = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url } })
    acme.onSend = () => ({ status: 401 })
    acme.onOther = () => ({ status: 401 })
    const { url } = await stage.spawn()
    const commands = conversations(stage, 'acme', 60, { over: 3 })
    await stage.send(commands.slice(0, 30))
    const { id } = stage.tenant('acme')
    const parked = `${stage.topics.outbound}.parked.${id}`
    await waitUntil(async () => (await topicOffsets(stage.client, parked))[0]?.high === 30n)
    // The first of each conversation waits for the account as it is.
    await waitUntil(async () => {
      const lanes = (await (await fetch(`${url}/metrics`)).text()).match(/^imchannel_lanes\{.*$/gm) ?? []
      return lanes.some((lane) => /origin="parked"/.test(lane) && /state="running"/.test(lane) && lane.endsWith(' 3'))
    })

    elsewhere.onSend = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return undefined
    }
    stage.configure((config) => {
      const [account] = config.tenants[id]?.accounts ?? []
      if (account !== undefined) account.baseUrl = elsewhere.url
    })
    // Ten of each conversation are before them, of which each takes a tenth of a second.
    await waitUntil(() => elsewhere.accepted.length > 0)
    await stage.send(commands.slice(30))
    await stage.outcomesOf(idsOf(commands), 60_000)
    expectEachOnceInOrder(elsewhere, commands)
  })
})

describe('provider-down-for-long', { timeout: PATIENCE_MS }, () => {
  it('loses, doubles and reorders nothing while Infobip is away, nor by what is written in the meantime and after', async () => {
    const acme = await useInfobip()
    const globex = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url, globex: globex.url } })
    let down = true
    acme.onSend = (request, nth) => {
      if (!down) return undefined
      // What an outage looks like from outside: some are taken and nobody says so.
      if (nth % 5 === 0) acme.accept(request)
      return nth % 2 === 0 ? 'drop' : { status: 503 }
    }
    acme.onOther = () => (down ? { status: 503 } : undefined)
    await stage.start()
    const customers = { over: 5 }
    const commands = conversations(stage, 'acme', 400, customers)
    await stage.send(commands.slice(0, 200))
    const others = conversations(stage, 'globex', 50, { prefix: 'other' })
    await stage.send(others)
    await stage.outcomesOf(idsOf(others))
    await stage.send(commands.slice(200, 300))
    down = false
    await waitUntil(() => stage.outcomes().filter((outcome) => outcome.commandId.startsWith('c-')).length > 50)
    await stage.send(commands.slice(300))
    const outcomes = await stage.outcomesOf(idsOf(commands))
    expect(outcomes.every((outcome) => outcome.how === 'accepted')).toBe(true)
    expectEachOnceInOrder(acme, commands)
  })

  it('expires what waited for too long instead of sending it', async () => {
    const acme = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url } })
    acme.onSend = () => ({ status: 401 })
    acme.onOther = () => ({ status: 401 })
    await stage.start()
    const expiresAt = new Date(Date.now() + 3_000).toISOString()
    await stage.send([stage.text('acme', { id: 'brief', expiresAt }), stage.text('acme', { id: 'patient' })])
    expect((await stage.outcomesOf(['brief']))[0]).toMatchObject({ how: 'expired', error: { code: 'expired' } })
    expect(stage.deadLetters()).toEqual([])
    expect(stage.outcomes()).toHaveLength(1)
  })
})

describe('provider that never answers again', { timeout: PATIENCE_MS }, () => {
  it('lets no command wait for longer than its age allows: not even one that may have been sent', async () => {
    const acme = await useInfobip()
    const stage = await useStage({
      tenants: { acme: acme.url },
      account: { unknownAfterMs: 1_000 },
      settings: { maxAge: 5_000 },
    })
    acme.onSend = () => 'drop'
    acme.onOther = () => ({ status: 503 })
    await stage.start()
    const to = uniqueNumber()
    await stage.send(['unsure', 'behind'].map((id) => stage.text('acme', { id, to })))
    const outcomes = await stage.outcomesOf(['unsure', 'behind'])
    expect(outcomes.map(({ commandId, how, error }) => [commandId, how, error?.code])).toEqual([
      ['unsure', 'rejected', 'outcome_unknown'],
      ['behind', 'expired', 'expired'],
    ])
    expect(stage.deadLetters()).toHaveLength(1)
    expect(acme.sends()).toHaveLength(1)
  })
})

describe('growing command topic', { timeout: PATIENCE_MS }, () => {
  it('takes its parked topics along before anything of its new partitions is parked', async () => {
    const acme = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url } })
    let down = true
    acme.onSend = () => (down ? { status: 401 } : undefined)
    acme.onOther = () => (down ? { status: 401 } : undefined)
    await stage.start()
    const early = conversations(stage, 'acme', 20, { prefix: 'early' })
    await stage.send(early)
    const parked = `${stage.topics.outbound}.parked.${stage.tenant('acme').id}`
    const copies = async (partition: number): Promise<number> => {
      if (!(await listTopics(stage.client)).includes(parked)) return 0
      const found = (await topicOffsets(stage.client, parked)).find((one) => one.partition === partition)
      return Number(found?.high ?? 0)
    }
    await waitUntil(async () => (await copies(0)) === 20)

    await growTopic(stage.client, stage.topics.outbound, 3)
    const late = conversations(stage, 'acme', 20, { prefix: 'late' })
    const producer = createProducer(stage.client)
    const results = await producer.publish(
      late.map((command) => ({
        topic: stage.topics.outbound,
        partition: 2,
        key: null,
        value: JSON.stringify(command),
      })),
    )
    await producer.close()
    expect(results.every(({ kind }) => kind === 'stored')).toBe(true)
    await waitUntil(async () => (await copies(2)) === 20, { timeoutMs: 120_000, what: 'the copies of partition 2' })
    expect((await topicOffsets(stage.client, parked)).map(({ high }) => Number(high))).toEqual([20, 0, 20])

    down = false
    await stage.outcomesOf(idsOf([...early, ...late]))
    expectEachOnceInOrder(acme, [...early, ...late])
  })
})

describe('a parked topic', { timeout: PATIENCE_MS }, () => {
  it('that may not be written keeps no other tenant’s commands from being parked and sent', async () => {
    const kafka = await startGuardedKafka()
    onTestFinished(() => kafka[Symbol.asyncDispose]())
    const acme = await useInfobip()
    const globex = await useInfobip()
    const stage = await useStage({ brokers: kafka.brokers, tenants: { acme: acme.url, globex: globex.url } })
    let down = true
    for (const infobip of [acme, globex]) {
      infobip.onSend = () => (down ? { status: 401 } : undefined)
      infobip.onOther = () => (down ? { status: 401 } : undefined)
    }
    const topicOf = (name: string): string => `${stage.topics.outbound}.parked.${stage.tenant(name).id}`
    await kafka.allow(topicOf('acme'), 'describe')
    const service = await stage.spawn()
    await stage.send([stage.text('acme', { id: 'acme' })])
    await waitUntil(() => /go to the parked topic: key-refused/.test(service.output()))
    const commands = conversations(stage, 'globex', 10)
    await stage.send(commands)
    await waitUntil(async () => (await listTopics(stage.client)).includes(topicOf('globex')))
    down = false
    await stage.outcomesOf(idsOf(commands))
    expectEachOnceInOrder(globex, commands)
    // Its own is still being tried.
    expect(stage.outcomes().map(({ commandId }) => commandId)).not.toContain('acme')
    expect(acme.accepted).toEqual([])
  })

  it('of a command topic with a name of any length is made, and read again', async () => {
    const acme = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url } })
    const long = `${stage.topics.outbound}-${'x'.repeat(240 - stage.topics.outbound.length)}`
    stage.configure((config) => {
      config.topics.outbound = [{ name: long, tenant: stage.tenant('acme').id }]
    })
    let down = true
    acme.onSend = () => (down ? { status: 401 } : undefined)
    acme.onOther = () => (down ? { status: 401 } : undefined)
    const first = await stage.start()
    const commands = conversations(stage, 'acme', 10)
    await stage.send(commands, { topic: long })
    const parked = parkedTopic(long, stage.tenant('acme').id)
    await waitUntil(async () => {
      if (!(await listTopics(stage.client)).includes(parked)) return false
      return (await topicOffsets(stage.client, parked)).some(({ high }) => high === 10n)
    })
    await first.stop()
    down = false
    await stage.start()
    await stage.outcomesOf(idsOf(commands))
    expectEachOnceInOrder(acme, commands)
  })

  it('that is deleted is made again, and what is parked later is sent', async () => {
    const acme = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url } })
    let down = true
    acme.onSend = () => (down ? { status: 401 } : undefined)
    acme.onOther = () => (down ? { status: 401 } : undefined)
    await stage.start()
    const parked = `${stage.topics.outbound}.parked.${stage.tenant('acme').id}`
    const stored = async (): Promise<bigint> =>
      (await listTopics(stage.client)).includes(parked)
        ? ((await topicOffsets(stage.client, parked))[0]?.high ?? 0n)
        : 0n
    await stage.send([stage.text('acme', { id: 'first' })])
    await waitUntil(async () => (await stored()) === 1n)
    const admin = stage.client.kafkajs.admin()
    onTestFinished(() => admin.disconnect())
    await admin.connect()
    await admin.deleteTopics({ topics: [parked] })
    const later = conversations(stage, 'acme', 10, { prefix: 'later' })
    await stage.send(later)
    await waitUntil(async () => (await stored()) === 10n, { what: 'the topic to be made again' })
    down = false
    await stage.outcomesOf(idsOf(later))
    expectEachOnceInOrder(acme, later)
  })
})

describe('a parked command that is rejected', { timeout: PATIENCE_MS }, () => {
  it('is a dead letter of the place in which its bot wrote it', async () => {
    const acme = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url } })
    let answer: { status: number; body?: unknown } = { status: 401 }
    acme.onSend = () => answer
    acme.onOther = () => (answer.status === 401 ? answer : undefined)
    await stage.start()
    await stage.send([stage.text('acme', { id: 'before' }), stage.text('acme', { id: 'rejected' })])
    const parked = `${stage.topics.outbound}.parked.${stage.tenant('acme').id}`
    await waitUntil(async () => {
      if (!(await listTopics(stage.client)).includes(parked)) return false
      return (await topicOffsets(stage.client, parked))[0]?.high === 2n
    })
    answer = { status: 400, body: { requestError: { serviceException: { messageId: 'BAD_REQUEST', text: 'no' } } } }
    await stage.outcomesOf(['before', 'rejected'])
    await waitUntil(() => stage.deadLetters().length === 2)
    const places = stage
      .deadLetters()
      .map(({ headers }) =>
        ['topic', 'partition', 'offset'].map((part) => headers[`imchannel-source-${part}`]?.toString()),
      )
    expect(new Set(places.map(String))).toEqual(
      new Set([`${stage.topics.outbound},0,0`, `${stage.topics.outbound},0,1`]),
    )
  })
})

describe('an account out of service', { timeout: PATIENCE_MS }, () => {
  it('delays nothing of its tenant’s other account, after a restart either', async () => {
    const bad = await useInfobip()
    const good = await useInfobip()
    const stage = await useStage({ tenants: { acme: bad.url } })
    const { id: tenant } = stage.tenant('acme')
    const healthy = uniqueNumber()
    stage.configure((config) => {
      const accounts = config.tenants[tenant]?.accounts ?? []
      const [first] = accounts
      const [sender] = first?.senders ?? []
      if (first === undefined || sender === undefined) throw new Error('the stage has no account')
      accounts.push({ ...first, baseUrl: good.url, senders: [{ ...sender, number: healthy }] })
    })
    let key = 'none is right'
    bad.onSend = ({ authorization }) => (authorization === key ? undefined : { status: 401 })
    bad.onOther = ({ authorization }) => (authorization === key ? undefined : { status: 401 })
    const waiting = conversations(stage, 'acme', 600, { prefix: 'bad', over: 40 })
    const first = await stage.spawn()
    await stage.send(waiting)
    const parked = `${stage.topics.outbound}.parked.${tenant}`
    await waitUntil(async () => {
      if (!(await listTopics(stage.client)).includes(parked)) return false
      return (await topicOffsets(stage.client, parked))[0]?.high === 600n
    })
    await first.stop()
    await stage.spawn()
    const others = conversations(stage, 'acme', 100, { prefix: 'good', over: 10 }).map((one) => ({
      ...one,
      from: healthy,
    }))
    await stage.send(others)
    await stage.outcomesOf(idsOf(others))
    expectEachOnceInOrder(good, others)
    expect(bad.accepted).toEqual([])

    key = 'App the-new-key'
    stage.configure((config) => {
      const [account] = config.tenants[tenant]?.accounts ?? []
      if (account !== undefined) account.apiKey = 'the-new-key'
    })
    await stage.outcomesOf(idsOf(waiting))
    expectEachOnceInOrder(bad, waiting)
  })
})

describe('a conversation of very many commands', { timeout: PATIENCE_MS }, () => {
  it('delays no other of its tenant, and keeps its order', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, settings: { maxWaiting: 200 } })
    const giant = uniqueNumber()
    let slow = true
    infobip.onSend = async ({ to }) => {
      if (slow && to === giant) await new Promise((resolve) => setTimeout(resolve, 50))
      return undefined
    }
    await stage.start()
    const commands = conversations(stage, 'acme', 900, { over: 1, prefix: 'giant' }).map((one) => ({
      ...one,
      to: giant,
    }))
    await stage.send(commands)
    const parked = `${stage.topics.outbound}.parked.${stage.tenant('acme').id}`
    await waitUntil(async () => (await listTopics(stage.client)).includes(parked))
    await waitUntil(async () => ((await topicOffsets(stage.client, parked))[0]?.high ?? 0n) > 600n)
    const singles = conversations(stage, 'acme', 20, { over: 20, prefix: 'single' })
    await stage.send(singles)
    await stage.outcomesOf(idsOf(singles))
    // Each of the giant's takes 50 ms: it is far from over.
    expect(infobip.sends().filter(({ to }) => to === giant).length).toBeLessThan(700)
    slow = false
    await stage.outcomesOf(idsOf(commands))
    expectEachOnceInOrder(infobip, [...commands, ...singles])
  })
})

describe('flood', { timeout: PATIENCE_MS }, () => {
  it('lets one command pass 20,000 of another tenant that stand before it in the partition, and keeps the order of all', async () => {
    const acme = await useInfobip()
    const globex = await useInfobip()
    const stage = await useStage({
      tenants: { acme: acme.url, globex: globex.url },
      sender: { messagesPerSecond: 200 },
      settings: { maxWaiting: 200 },
    })
    const flood = conversations(stage, 'acme', 20_000, { over: 100, prefix: 'flood' })
    await stage.send(flood)
    await stage.send([stage.text('globex', { id: 'single' })])
    await stage.start()
    await stage.outcomesOf(['single'])
    // At 200 a second the flood alone takes a hundred seconds.
    expect(acme.accepted.length).toBeLessThan(10_000)
    await waitUntil(() => acme.accepted.length >= 1_000, { timeoutMs: 120_000 })
    expect(new Set(acme.accepted).size).toBe(acme.accepted.length)
    const next = new Map<string, number>()
    for (const { to = '', text } of acme.sends()) {
      const expected = next.get(to) ?? Number(text) % 100
      expect(Number(text)).toBe(expected)
      next.set(to, expected + 100)
    }
  })
})
