import {
  auditRecordedEvent,
  consentRecordedEvent,
  encodeEvent,
  eventIds,
  type ConsentChanged,
  type ImEvent,
  type ImEventOf,
} from '@imchannel/events'
import { createFactStore } from '@imchannel/fact-store'
import { peopleOf } from '@imchannel/facts'
import { ensureTopics, partitionOf, readRange } from '@imchannel/kafka'
import { collectRecords, testStack, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { onTestFinished, expect, test } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from './support/harness.ts'
import type { Stage } from './support/stage.ts'

const PARTITIONS = 4

async function useConsent() {
  const infobip = await useInfobip()
  const stage = await useStage({ tenants: { acme: infobip.url }, partitions: PARTITIONS })
  const spec = { partitions: PARTITIONS, replication: 1 }
  await ensureTopics(stage.client, [{ ...spec, name: stage.topics.account }])
  return stage
}

/** A change as ingress writes it: the same webhook has the same id whenever it comes. */
function change(
  { tenant, business, customer }: Record<'tenant' | 'business' | 'customer', string>,
  data: Partial<ConsentChanged> & { status: string; changedAt: string },
): ImEventOf<'imchannel.consent.changed.v1'> {
  return {
    type: 'imchannel.consent.changed.v1',
    id: eventIds.ofBytes('consent', tenant, JSON.stringify(data)),
    tenant,
    key: `${tenant}:${business}:${customer}`,
    time: data.changedAt,
    data: { tenant, sender: business, from: customer, source: 'whatsapp', scope: 'marketing', ...data },
  }
}

async function publish(stage: Stage, events: readonly ImEvent[]): Promise<void> {
  const results = await stage.producer.publish(events.map((event) => encodeEvent(event, stage.topics)))
  expect(results.filter(({ kind }) => kind !== 'stored')).toEqual([])
}

/** What the compacted topic says: of each key its last record. */
async function useTopicState(stage: Stage) {
  const read = await collectRecords(testStack().brokers, [stage.topics.consent])
  onTestFinished(() => read[Symbol.asyncDispose]())
  return {
    records: read.records,
    last: (key: string) => {
      const value = read.records.findLast((one) => one.key === key)?.value
      return value === null || value === undefined ? undefined : (JSON.parse(value.toString()) as ConsentChanged)
    },
  }
}

const at = (time: string): string => `2026-11-30T${time}:00.000Z`

test(
  'a stop, its resume and the stop again, over a restart and with Redis emptied, leave the resume in force',
  async () => {
    const stage = await useConsent()
    const { id: tenant, number: business } = stage.tenant('acme')
    const who = { tenant, business, customer: uniqueNumber() }
    const stop = change(who, { status: 'stop', state: 'optedOut', changedAt: at('14:00') })
    const resume = change(who, { status: 'resume', state: 'optedIn', changedAt: at('15:00') })
    const block = change(who, {
      status: 'BLOCK',
      state: 'optedOut',
      scope: 'all',
      source: 'blocklist',
      changedAt: at('13:00'),
    })
    const first = await stage.start()
    await publish(stage, [stop])
    const topic = await useTopicState(stage)
    const key = `${stop.key}:whatsapp`
    await waitUntil(() => topic.last(key)?.state === 'optedOut', { what: 'the stop is recorded' })
    await publish(stage, [resume, stop])
    await waitUntil(() => topic.last(key)?.state === 'optedIn', { what: 'the resume is recorded' })
    await first.stop()

    // Redelivered while nobody is there, and by another ingress: behind it what shows that it was read.
    await publish(stage, [stop, stop, block])
    const second = await stage.start()
    await waitUntil(() => topic.last(`${stop.key}:blocklist`)?.state === 'optedOut', { what: 'the block is recorded' })
    expect(topic.last(key)).toMatchObject({ state: 'optedIn', since: at('15:00') })
    expect(topic.records.filter((one) => one.key === key)).toHaveLength(2)
    // In the partition of the events that they were made of.
    expect(new Set(topic.records.map(({ partition }) => partition))).toEqual(
      new Set([partitionOf(Buffer.from(stop.key), PARTITIONS)]),
    )

    const prefix = stage.topics.account.replace('.account', '')
    const redis = useRedis()
    const facts = createFactStore(redis, { prefix })
    const known = async () => (await facts.read({ tenant, from: business, to: [who.customer] })).consent
    const wanted = [
      { source: 'whatsapp', state: 'optedIn', scope: 'marketing', since: Date.parse(at('15:00')) },
      { source: 'blocklist', state: 'optedOut', scope: 'all', since: Date.parse(at('13:00')) },
    ]
    const isThere = async (): Promise<boolean> => {
      const found = await known()
      expect(found).toEqual(expect.arrayContaining(wanted))
      return true
    }
    await waitUntil(isThere, { what: 'Redis has it' })
    const keys = [`imc:f:*:c:${tenant}:*`, `imc:f:*:consent:${prefix}`].map((pattern) => redis.keys(pattern))
    await redis.del(...(await Promise.all(keys)).flat())
    expect(await known()).toEqual([])
    await waitUntil(isThere, { what: 'Redis has it again' })
    await second.stop()
  },
  PATIENCE_MS,
)

test(
  'a command opts out once, however often it comes, and lifts what commands said alone',
  async () => {
    const stage = await useConsent()
    const { id: tenant, number: business } = stage.tenant('acme')
    const customer = uniqueNumber()
    await stage.start()
    const command = {
      id: uniqueName('stop'),
      type: 'imchannel.consent.set.v1',
      tenant,
      from: business,
      to: customer,
      state: 'optedOut',
      scope: 'all',
      reason: 'asked for it on the phone',
    }
    const everywhere = { ...command, id: uniqueName('stop'), from: undefined, scope: 'marketing' }
    const unfit = { ...command, id: uniqueName('stop'), scope: 'template' }
    const stranger = { ...command, id: uniqueName('stop'), from: '4470000' }
    await stage.send([command, command, everywhere, unfit, stranger])
    const outcomes = await stage.outcomesOf([command.id, everywhere.id, unfit.id, stranger.id])
    expect(Object.fromEntries(outcomes.map(({ commandId, how, error }) => [commandId, error?.code ?? how]))).toEqual({
      [command.id]: 'accepted',
      [everywhere.id]: 'accepted',
      [unfit.id]: 'invalid_command',
      [stranger.id]: 'unknown_sender',
    })
    const topic = await useTopicState(stage)
    const key = `${tenant}:${business}:${customer}:command`
    await waitUntil(() => topic.last(key)?.state === 'optedOut', { what: 'the opt-out is recorded' })
    expect(topic.last(key)).toMatchObject({
      scope: 'all',
      evidence: { commandId: command.id },
      description: command.reason,
    })
    await waitUntil(() => topic.last(`${tenant}:-:${customer}:command`)?.scope === 'marketing')
    const resume = { ...command, id: uniqueName('start'), state: 'optedIn', reason: 'changed their mind' }
    await stage.send([resume])
    await waitUntil(() => topic.last(key)?.state === 'optedIn', { what: 'the opt-in is recorded' })
    expect(topic.records.filter((one) => one.key === key)).toHaveLength(2)
    expect(topic.last(`${tenant}:-:${customer}:command`)?.state).toBe('optedOut')
  },
  PATIENCE_MS,
)

test(
  'two dispatchers share the partitions, and each change is recorded once',
  async () => {
    const stage = await useConsent()
    const { id: tenant, number: business } = stage.tenant('acme')
    const one = await stage.start()
    const other = await stage.start()
    const events = Array.from({ length: 40 }, (_, n) =>
      change(
        { tenant, business, customer: uniqueNumber() },
        { status: 'stop', state: 'optedOut', changedAt: at(`10:${n + 10}`) },
      ),
    )
    await publish(stage, [...events, ...events])
    const topic = await waitUntil(() => useTopicState(stage), { what: 'the topic' })
    await waitUntil(() => new Set(topic.records.map(({ key }) => key)).size === events.length, {
      what: 'all are recorded',
    })
    await one.stop()
    // What the first had becomes the second's: it knows what is there.
    await publish(stage, events)
    const last = change(
      { tenant, business, customer: uniqueNumber() },
      { status: 'resume', state: 'optedIn', changedAt: at('12:00') },
    )
    await publish(
      stage,
      Array.from({ length: PARTITIONS * 8 }, (_, n) => ({
        ...last,
        key: `${last.key}${n}`,
        data: { ...last.data, from: `${last.data.from}${n}` },
      })),
    )
    await waitUntil(() => topic.records.length >= events.length + PARTITIONS * 8, { what: 'what follows is recorded' })
    expect(topic.records).toHaveLength(events.length + PARTITIONS * 8)
    await other.stop()
  },
  PATIENCE_MS,
)

test(
  'with a topic that would forget consent is off by one line, and commands go',
  async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const name = stage.topics.consent
    await ensureTopics(stage.client, [{ name, partitions: 1, replication: 1, config: { 'cleanup.policy': 'delete' } }])
    const { logs } = await stage.start()
    const id = uniqueName('command')
    await stage.send([stage.text('acme', { id })])
    expect(await stage.outcomesOf([id])).toMatchObject([{ how: 'accepted' }])
    await waitUntil(() => logs.some((text) => text.includes(`${name} is not compacted`)))
    const stop = {
      ...stage.text('acme'),
      type: 'imchannel.consent.set.v1',
      state: 'optedOut',
      scope: 'all',
      reason: 'x',
    }
    await stage.send([stop])
    expect(await stage.outcomesOf([stop.id ?? ''])).toMatchObject([{ how: 'rejected', error: { code: 'consent_off' } }])
  },
  PATIENCE_MS,
)

test(
  'what a writer wrote late that had lost the partition does not stand over what is newer, nor after a restart',
  async () => {
    const stage = await useConsent()
    const { id: tenant, number: business } = stage.tenant('acme')
    const who = { tenant, business, customer: uniqueNumber() }
    const stop = change(who, { status: 'stop', state: 'optedOut', changedAt: at('14:00') })
    const resume = change(who, {
      status: 'resume',
      state: 'optedIn',
      changedAt: at('15:00'),
      description: 'User requested to resume',
    })
    const key = `${stop.key}:whatsapp`
    const partition = partitionOf(Buffer.from(stop.key), PARTITIONS)
    const first = await stage.start()
    await publish(stage, [stop, resume])
    const topic = await useTopicState(stage)
    const of = () => topic.records.filter((one) => one.key === key)
    await waitUntil(() => topic.last(key)?.state === 'optedIn', { what: 'the resume is recorded' })

    const late = consentRecordedEvent(stop.key, {
      tenant,
      sender: business,
      from: who.customer,
      source: 'whatsapp',
      state: 'optedOut',
      scope: 'marketing',
      since: at('14:00'),
    })
    const writeLate = async (): Promise<void> => {
      const [result] = await stage.producer.publish([{ ...encodeEvent(late, stage.topics), partition }])
      expect(result?.kind).toBe('stored')
    }
    const isMended = async (count: number): Promise<void> => {
      await waitUntil(() => of().length === count && topic.last(key)?.state === 'optedIn', { what: 'it is set right' })
      expect(topic.last(key)).toMatchObject({ since: at('15:00'), description: 'User requested to resume' })
    }
    await writeLate()
    await isMended(4)
    await first.stop()
    await writeLate()
    await stage.start()
    await isMended(6)
  },
  PATIENCE_MS,
)

test(
  'a stop, its resume and the stop again are the resume in force once the topic was compacted and Redis emptied',
  async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, partitions: 1 })
    const config = { 'cleanup.policy': 'compact', 'segment.ms': '500', 'min.cleanable.dirty.ratio': '0.01' }
    const { account, consent } = stage.topics
    await ensureTopics(stage.client, [
      { name: account, partitions: 1, replication: 1 },
      { name: consent, partitions: 1, replication: 1, config },
    ])
    const { id: tenant, number: business } = stage.tenant('acme')
    const who = { tenant, business, customer: uniqueNumber() }
    const stop = change(who, { status: 'stop', state: 'optedOut', changedAt: at('14:00') })
    const resume = change(who, { status: 'resume', state: 'optedIn', changedAt: at('15:00') })
    const again = change(who, { status: 'stop', state: 'optedOut', changedAt: at('16:00') })
    const first = await stage.start()
    // Over two ingresses at once.
    await Promise.all([publish(stage, [stop, resume, stop]), publish(stage, [stop, resume])])
    const topic = await useTopicState(stage)
    const key = `${stop.key}:whatsapp`
    await waitUntil(() => topic.last(key)?.state === 'optedIn', { what: 'the resume is recorded' })
    await first.stop()
    await publish(stage, [stop, resume])
    await stage.start()

    const kept = async (): Promise<string[]> => {
      const found: string[] = []
      for await (const read of readRange(stage.client, { topic: consent }))
        if (read.key?.toString() === key) found.push(read.value?.toString() ?? '')
      return found
    }
    let filler = 0
    await waitUntil(
      async () => {
        // Only a segment that is closed is compacted, and only a write closes one.
        const other = { ...who, customer: uniqueNumber() }
        const changedAt = new Date(Date.parse(at('10:00')) + filler++).toISOString()
        await publish(stage, [change(other, { status: 'stop', state: 'optedOut', changedAt })])
        return (await kept()).length === 1
      },
      { what: 'the topic is compacted', timeoutMs: 90_000 },
    )
    expect(JSON.parse((await kept())[0] ?? '{}')).toMatchObject({ state: 'optedIn', since: at('15:00') })

    const prefix = account.replace('.account', '')
    const redis = useRedis()
    const facts = createFactStore(redis, { prefix })
    const known = async () => (await facts.read({ tenant, from: business, to: [who.customer] })).consent
    const keys = [`imc:f:*:c:${tenant}:*`, `imc:f:*:consent:${prefix}`].map((pattern) => redis.keys(pattern))
    await redis.del(...(await Promise.all(keys)).flat())
    await waitUntil(async () => (await known())[0]?.state === 'optedIn', { what: 'Redis has it again' })
    await publish(stage, [stop, again])
    await waitUntil(async () => (await known())[0]?.since === Date.parse(at('16:00')), { what: 'a new stop counts' })
  },
  PATIENCE_MS,
)

test(
  'of who was forgotten the opt-outs stay without evidence, opt-ins go, and older changes bring nothing back',
  async () => {
    const secret = 'forgets-in-the-tests-0123'
    const stage = await useConsent()
    const { id: tenant, number: business } = stage.tenant('acme')
    stage.configure(({ tenants }) => Object.assign(tenants[tenant] ?? {}, { forgetSecret: secret }))
    const [who, other] = [uniqueNumber(), uniqueNumber()].map((customer) => ({ tenant, business, customer }))
    if (who === undefined || other === undefined) return expect.unreachable()
    const block = {
      status: 'BLOCK',
      state: 'optedOut',
      scope: 'all',
      source: 'blocklist',
      changedAt: at('13:00'),
      description: 'private words',
      evidence: { messageId: 'wamid.of-theirs' },
    } as const
    const resume = { status: 'resume', state: 'optedIn', changedAt: at('15:00') } as const
    const events = [who, other].flatMap((one) => [change(one, block), change(one, resume)])
    await stage.start()
    await publish(stage, events)
    const topic = await useTopicState(stage)
    const keyOf = ({ customer }: { customer: string }, source: string): string =>
      `${tenant}:${business}:${customer}:${source}`
    await waitUntil(() => topic.records.length === 4, { what: 'all are recorded' })

    const people = peopleOf(secret, { tenant, names: [who.customer] })
    const data = { tenant, action: 'forget', by: 'test', via: 'test', outcome: 'forgotten', people }
    await publish(stage, [auditRecordedEvent(data, { at: new Date().toISOString(), actionId: uniqueName('forget') })])
    await waitUntil(() => topic.records.length === 6, { what: 'what was known is cut down' })
    expect(topic.last(keyOf(who, 'blocklist'))).toEqual({
      tenant,
      sender: business,
      from: who.customer,
      source: 'blocklist',
      state: 'optedOut',
      scope: 'all',
      since: at('13:00'),
    })
    expect(topic.last(keyOf(who, 'whatsapp'))).toBeUndefined()
    expect(topic.last(keyOf(other, 'blocklist'))).toMatchObject({ description: 'private words' })
    const prefix = stage.topics.account.replace('.account', '')
    const facts = createFactStore(useRedis(), { prefix })
    const known = async (customer: string) =>
      (await facts.read({ tenant, from: business, to: [customer] })).consent.map(({ source, state }) => [source, state])
    await waitUntil(async () => (await known(who.customer)).length === 1, { what: 'Redis has no more' })
    expect(await known(who.customer)).toEqual([['blocklist', 'optedOut']])
    expect(await known(other.customer)).toHaveLength(2)
    // What they say from now on is theirs again.
    await publish(stage, [change(who, { ...resume, changedAt: at('16:00') })])
    await waitUntil(() => topic.last(keyOf(who, 'whatsapp'))?.state === 'optedIn', { what: 'a new change counts' })
  },
  PATIENCE_MS,
)
