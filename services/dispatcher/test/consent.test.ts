import { encodeEvent, eventIds, type ConsentChanged, type ImEventOf } from '@imchannel/events'
import { createFactStore } from '@imchannel/fact-store'
import { ensureTopics, partitionOf } from '@imchannel/kafka'
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

async function publish(stage: Stage, events: readonly ImEventOf<'imchannel.consent.changed.v1'>[]): Promise<void> {
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
