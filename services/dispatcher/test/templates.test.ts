import { conversationKey, decodeEvent, encodeEvent, eventIds, templateKey } from '@imchannel/events'
import type { TemplateChanged, TemplateRecord } from '@imchannel/events'
import { digestOf } from '@imchannel/facts'
import { createEmulator, type Emulator } from '@imchannel/infobip-emulator'
import { createOrderedConsumer, ensureTopics } from '@imchannel/kafka'
import type { IncomingRecord } from '@imchannel/kafka'
import { uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTemplateTopic } from '../src/templates/template-topic.ts'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'
import type { Stage } from './support/stage.ts'

const timeout = PATIENCE_MS

interface Scene {
  readonly stage: Stage
  readonly emulator: Emulator
  readonly tenant: string
  readonly sender: string
  /** What stands in the compacted topic, by name. */
  records(): IncomingRecord[]
  latest(name: string): Record<string, unknown> | null | undefined
  /** Events of templates that a reading found. */
  polled(): TemplateChanged[]
  /** What an ingress makes of Infobip's webhook. */
  tellByWebhook(template: { id: string; name: string }, status: string): Promise<void>
  requests(): number
}

/** A number whose templates an Infobip lists, and readers of the topics that the dispatcher writes. */
async function useScene(gates: object = {}, speed: object = {}): Promise<Scene> {
  const [sender, key] = [uniqueNumber(), uniqueName('key')]
  const emulator = await createEmulator({
    port: 0,
    accounts: [
      { id: 'one', apiKeys: [key], senders: [{ number: sender, scenarioKey: 'S1' }], webhooks: { baseUrl: null } },
    ],
  })
  onTestFinished(() => emulator.stop())
  const stage = await useStage({
    tenants: { acme: emulator.url },
    account: { apiKey: key },
    sender: { number: sender, scenarioKey: 'S1', ...speed },
  })
  const { id: tenant } = stage.tenant('acme')
  stage.configure(({ tenants }) => Object.assign(tenants[tenant] ?? {}, { gates }))
  const { templates, account, inbound } = stage.topics
  await ensureTopics(stage.client, [
    { name: inbound, partitions: 1, replication: 1 },
    { name: account, partitions: 1, replication: 1 },
    { name: templates, partitions: 2, replication: 1, config: { 'cleanup.policy': 'compact' } },
  ])
  const records: IncomingRecord[] = []
  const polled: TemplateChanged[] = []
  const reader = createOrderedConsumer(stage.client, {
    groupId: uniqueName('reader'),
    topics: [templates, account],
    laneOf: ({ topic, partition }) => `${topic} ${partition}`,
    handle: async (record) => {
      if (record.topic === templates) records.push(record)
      else {
        const read = decodeEvent(record)
        if (read.outcome !== 'event' || read.event.type !== 'imchannel.template.changed.v1') throw new Error('unknown')
        if (read.event.data.source === 'poll') polled.push(read.event.data)
      }
      return { kind: 'done' }
    },
  })
  reader.start()
  onTestFinished(() => reader.stop({ drainMs: 0 }))
  return {
    stage,
    emulator,
    tenant,
    sender,
    records: () => records,
    latest: (name) => {
      const record = records.findLast((one) => one.key?.toString().includes(`:${name}:`))
      if (record === undefined) return undefined
      return record.value === null ? null : JSON.parse(record.value.toString())
    },
    polled: () => polled,
    tellByWebhook: async ({ id, name }, status) => {
      const changedAt = new Date().toISOString()
      const change = { type: 'TEMPLATE_STATUS_UPDATE', status }
      const event = encodeEvent(
        {
          type: 'imchannel.template.changed.v1',
          id: eventIds.ofBytes('test', tenant, changedAt),
          tenant,
          key: conversationKey({ tenant, business: undefined, customer: undefined }),
          time: changedAt,
          data: { tenant, templateId: id, name, language: 'en_GB', change, changedAt },
        },
        stage.topics,
      )
      const [stored] = await stage.producer.publish([event])
      expect(stored?.kind).toBe('stored')
    },
    requests: () =>
      [...emulator.store.all('request')].filter(({ path }) => path.startsWith('/whatsapp/2/senders/')).length,
  }
}

async function addTemplate({ emulator, sender }: Scene, name: string): Promise<{ id: string; name: string }> {
  const definition = { name, language: 'en_GB', category: 'UTILITY', structure: { body: { text: 'Hello {{1}}' } } }
  const { id } = (await emulator.control('POST', 'templates', { sender, definition })) as { id: string }
  return { id, name }
}

const change = ({ emulator }: Scene, { id }: { id: string }, to: object): Promise<unknown> =>
  emulator.control('PATCH', `templates/${id}`, { ...to, webhook: false })

const isPaused = ({ error }: { error?: { code: string } | undefined }): boolean => error?.code === 'template_paused'

describe('templates', () => {
  test('that the first reading finds are kept whole, and are no news', { timeout }, async () => {
    const scene = await useScene()
    await addTemplate(scene, 'pickup')
    await scene.stage.start(undefined, { readEveryMs: 500 })
    await waitUntil(() => scene.latest('pickup') !== undefined)
    expect(scene.latest('pickup')).toMatchObject({
      tenant: scene.tenant,
      name: 'pickup',
      status: 'APPROVED',
      structure: { body: { text: 'Hello {{1}}' } },
      source: 'poll',
    })
    expect(scene.polled()).toEqual([])
  })

  test(
    'that change without a webhook are told by the reading, once; a deleted one is a tombstone',
    { timeout },
    async () => {
      const scene = await useScene()
      const template = await addTemplate(scene, 'pickup')
      await addTemplate(scene, 'other')
      await scene.stage.start(undefined, { readEveryMs: 500 })
      await waitUntil(() => scene.latest('pickup') !== undefined && scene.latest('other') !== undefined)
      await change(scene, template, { status: 'FIRST_PAUSED', quality: 'LOW' })
      await waitUntil(() => scene.polled().length >= 2)
      scene.emulator.store.remove('template', template.id)
      await waitUntil(() => scene.latest('pickup') === null)
      await waitUntil(() => scene.polled().length >= 3)
      expect(scene.polled().map((one) => [one.name, one.change.status ?? one.change.current, one.source])).toEqual([
        ['pickup', 'FIRST_PAUSED', 'poll'],
        ['pickup', 'LOW', 'poll'],
        ['pickup', 'DELETED', 'poll'],
      ])
    },
  )

  test('that a webhook tells of are known at once, and told by no reading after it', { timeout }, async () => {
    const scene = await useScene()
    const template = await addTemplate(scene, 'pickup')
    const dispatcher = await scene.stage.start()
    await waitUntil(() => scene.latest('pickup') !== undefined)
    const before = scene.requests()
    await change(scene, template, { status: 'FIRST_PAUSED' })
    await scene.tellByWebhook(template, 'FIRST_PAUSED')
    await waitUntil(() => scene.latest('pickup')?.['status'] === 'FIRST_PAUSED')
    // The webhook had the account read again, which finds the same.
    await waitUntil(() => scene.requests() > before, { timeoutMs: timeout })
    await change(scene, template, { quality: 'LOW' })
    await scene.tellByWebhook(template, 'REINSTATED')
    await waitUntil(() => scene.polled().some((one) => one.change.current === 'LOW'), { timeoutMs: timeout })
    expect(scene.polled().filter((one) => one.change.status === 'FIRST_PAUSED')).toHaveLength(0)
    await dispatcher.stop()
  })

  test.each([7008, 7009])('that a report says are not as known (%i) are listed at once', { timeout }, async (id) => {
    const scene = await useScene()
    const { stage, tenant, sender } = scene
    await addTemplate(scene, 'pickup')
    await stage.start()
    await waitUntil(() => scene.latest('pickup') !== undefined, { timeoutMs: timeout })
    const before = scene.requests()
    const [messageId, to, doneAt] = [uniqueName('m'), uniqueNumber(), new Date().toISOString()]
    const event = encodeEvent(
      {
        type: 'imchannel.message.delivery.v1',
        id: messageId,
        tenant,
        key: conversationKey({ tenant, business: sender, customer: to }),
        time: doneAt,
        data: {
          tenant,
          messageId,
          from: sender,
          to,
          doneAt,
          status: { groupId: 2, id: 9, name: 'UNDELIVERABLE_NOT_DELIVERED' },
          error: { groupId: 1, id, name: 'EC_TEMPLATE', permanent: true },
          final: true,
          rank: 6,
        },
      },
      stage.topics,
    )
    expect((await stage.producer.publish([event]))[0]?.kind).toBe('stored')
    await waitUntil(() => scene.requests() > before, { timeoutMs: timeout })
  })

  test('are judged by what is known: one that a webhook pauses is not requested any more', { timeout }, async () => {
    const scene = await useScene({ template: 'enforce' })
    const template = await addTemplate(scene, 'pickup')
    await scene.stage.start()
    const send = async (id: string, content: object): Promise<string | undefined> => {
      const given = { type: 'template', name: 'pickup', language: 'en_GB', placeholders: ['Ana'], ...content }
      await scene.stage.send([scene.stage.text('acme', { id, from: scene.sender, content: given })])
      const [outcome] = await scene.stage.outcomesOf([id])
      return outcome?.how === 'accepted' ? 'accepted' : outcome?.error?.code
    }
    // Until it is known nothing is refused.
    await waitUntil(async () => (await send(uniqueName('absent'), { language: 'en' })) === 'template_unknown', {
      timeoutMs: timeout,
    })
    expect(await send('fits', {})).toBe('accepted')
    expect(await send('too-many', { placeholders: ['Ana', '4711'] })).toBe('template_mismatch')
    await change(scene, template, { status: 'FIRST_PAUSED' })
    await scene.tellByWebhook(template, 'FIRST_PAUSED')
    await waitUntil(async () => (await send(uniqueName('paused'), {})) === 'template_paused', { timeoutMs: timeout })
    const messages = [...scene.emulator.store.all('message')]
    expect(await send('paused-still', {})).toBe('template_paused')
    expect([...scene.emulator.store.all('message')]).toHaveLength(messages.length)
  })

  test('that are paused between command and send are not requested', { timeout }, async () => {
    const scene = await useScene({ template: 'enforce' }, { messagesPerSecond: 2 })
    const { stage, emulator, sender } = scene
    const template = await addTemplate(scene, 'pickup')
    await stage.start()
    await waitUntil(() => scene.latest('pickup') !== undefined, { timeoutMs: timeout })
    const content = { type: 'template', name: 'pickup', language: 'en_GB', placeholders: ['Ana'] }
    const ids = Array.from({ length: 60 }, (_, n) => `waits-${n}`)
    await stage.send(ids.map((id) => stage.text('acme', { id, from: sender, content })))
    const requested = (): number => [...emulator.store.all('message')].length
    await waitUntil(() => requested() > 0)
    await change(scene, template, { status: 'FIRST_PAUSED' })
    await scene.tellByWebhook(template, 'FIRST_PAUSED')
    await waitUntil(() => stage.outcomes().some(isPaused), { timeoutMs: timeout })
    const before = requested()
    const outcomes = await stage.outcomesOf(ids)
    const rejected = outcomes.filter(isPaused)
    expect(requested()).toBe(ids.length - rejected.length)
    // What was judged less than a second ago may have its permit: two a second.
    expect(requested()).toBeLessThanOrEqual(before + 2)
  })

  test('of an account are read by one of two dispatchers, and by the other when that ends', { timeout }, async () => {
    const scene = await useScene()
    await addTemplate(scene, 'pickup')
    const first = await scene.stage.start(undefined, { readEveryMs: 600_000 })
    await waitUntil(() => scene.requests() === 1)
    const second = await scene.stage.start(undefined, { readEveryMs: 600_000 })
    await waitUntil(() => second.logs.some((text) => text.includes('it has 1 templates')))
    expect(scene.requests()).toBe(1)
    await first.stop()
    await waitUntil(() => scene.requests() === 2, { timeoutMs: timeout })
  })
})

test(
  'what stands in the topic is known from memory: as it was, as it changes, and once it is gone',
  { timeout },
  async () => {
    const stage = await useStage({ tenants: { acme: 'http://127.0.0.1:9' } })
    const { templates: topic } = stage.topics
    await ensureTopics(stage.client, [
      { name: topic, partitions: 2, replication: 1, config: { 'cleanup.policy': 'compact' } },
    ])
    const record: TemplateRecord = {
      tenant: 'acme',
      businessAccountId: '222',
      id: '10',
      name: 'pickup',
      language: 'en_GB',
      status: 'APPROVED',
      structure: { body: { text: 'Hello {{1}}' } },
      asOf: new Date().toISOString(),
      source: 'poll',
    }
    const write = async (value: TemplateRecord | null): Promise<void> => {
      const text = value === null ? null : JSON.stringify(value)
      const [stored] = await stage.producer.publish([{ topic, key: templateKey(record), value: text }])
      expect(stored?.kind).toBe('stored')
    }
    await write({ ...record, status: 'PENDING' })
    await write(record)
    const failures: unknown[] = []
    const templates = createTemplateTopic({
      client: stage.client,
      topic,
      freshMs: 600_000,
      now: () => Date.now(),
      onProgress: () => {},
      onWhole: () => {},
      onFailure: (error) => failures.push(error),
    })
    const stopping = new AbortController()
    const following = templates.follow(stopping.signal)
    onTestFinished(async () => {
      stopping.abort()
      await following
    })
    const query = { tenant: 'acme', sender: '447', name: 'pickup', language: 'en_GB' }
    const list = { tenant: 'acme', sender: '447', businessAccountId: '222', readAt: Date.now() }
    const statusOf = (): string | undefined => {
      const fact = templates.find(query)
      return fact.kind === 'known' ? fact.template.definition?.status : fact.kind
    }
    expect(statusOf()).toBe('unknown')
    templates.setLists([{ ...list, digest: digestOf([record]) }])
    await waitUntil(() => statusOf() === 'APPROVED', { timeoutMs: timeout })
    await write({ ...record, status: 'FIRST_PAUSED', source: 'webhook', asOf: new Date().toISOString() })
    await waitUntil(() => statusOf() === 'FIRST_PAUSED', { timeoutMs: timeout })
    await write(null)
    // Gone, and a list that has it is older than what is in memory: not yet said to be absent.
    await waitUntil(() => statusOf() === 'unknown', { timeoutMs: timeout })
    templates.setLists([{ ...list, digest: digestOf([]) }])
    expect(statusOf()).toBe('absent')
    expect(failures).toEqual([])
  },
)

test('a key that may not list templates goes on sending, and is told what it lacks, once', { timeout }, async () => {
  const infobip = await useInfobip()
  infobip.onOther = ({ path }) =>
    path.startsWith('/whatsapp/') && !path.includes('/message/')
      ? { status: 403, body: { requestError: {} } }
      : undefined
  const stage = await useStage({ tenants: { acme: infobip.url } })
  const dispatcher = await stage.start(undefined, { readEveryMs: 200 })
  const told = (): string[] => dispatcher.logs.filter((text) => text.includes('whatsapp:manage'))
  await waitUntil(() => told().length >= 2, { timeoutMs: timeout })
  await stage.send([stage.text('acme', { id: 'goes' })])
  const [outcome] = await stage.outcomesOf(['goes'])
  expect(outcome?.how).toBe('accepted')
  expect(told().toSorted()).toEqual([
    expect.stringContaining('read templates (403)'),
    expect.stringContaining('read the quality of its senders (403)'),
  ])
})
