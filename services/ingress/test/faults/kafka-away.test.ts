import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalKafka, startKafka } from '@imchannel/local-stack'
import { createRedis } from '@imchannel/redis'
import { observeTopicsOf, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventOf } from '../domain/read.ts'
import { headerOf, readTopics } from '../support/read-topics.ts'
import { startIngress, tenant, type TestIngress } from '../support/start-ingress.ts'
import { deliveryReport, post, textMessage, webhookOf } from '../support/webhooks.ts'

// A Kafka of its own: it is stopped and frozen.
const prefix = uniqueName('ingress')
const deadlineMs = 1_500
let dataDir: string
let kafka: LocalKafka
let ingress: TestIngress

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imchannel-kafka-'))
  kafka = await startKafka({ dataDir })
  ingress = await startIngress({
    prefix,
    brokers: kafka.brokers,
    more: { limits: { webhookDeadline: deadlineMs, waitingBytes: '4MiB' } },
  })
})

afterAll(async () => {
  await ingress.stop()
  await kafka.kill()
  observeTopicsOf(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

const ready = async (): Promise<boolean> => (await fetch(`${ingress.url}/readyz`)).status === 200

/** Every record whose subject is one of the ids, once all of them are there. */
async function subjects(ids: readonly string[]): Promise<{ subject: string; id: string }[]> {
  await using reader = await readTopics(prefix, kafka.brokers)
  await waitUntil(() => ids.every((id) => reader.records.some((record) => headerOf(record, 'ce_subject') === id)))
  return reader.records
    .map((record) => ({ subject: headerOf(record, 'ce_subject') ?? '', id: headerOf(record, 'ce_id') ?? '' }))
    .filter(({ subject }) => ids.includes(subject))
}

describe('ack after the broker', () => {
  it('a webhook while Kafka is stopped is 503, and its retry lands exactly once', async () => {
    const port = kafka.port
    await kafka.stop()
    const id = uniqueName('stopped')
    const answer = await post(ingress.url, webhookOf(textMessage(id)))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ code: 'not_stored' })
    await waitUntil(async () => !(await ready()))
    expect(await (await fetch(`${ingress.url}/readyz`)).json()).toMatchObject({
      detail: expect.stringContaining('kafka'),
    })
    expect((await fetch(`${ingress.url}/livez`)).status).toBe(200)

    kafka = await startKafka({ dataDir, port })
    const isTaken = async (): Promise<boolean> => (await post(ingress.url, webhookOf(textMessage(id)))).status === 200
    await waitUntil(isTaken)
    await waitUntil(ready)
    for (let copy = 0; copy < 3; copy++) await waitUntil(isTaken)
    expect(await subjects([id])).toHaveLength(1)
  })

  it('webhooks while Kafka is frozen are 503, and whatever was stored all the same has the same ce_id', async () => {
    const ids = Array.from({ length: 20 }, () => uniqueName('frozen'))
    kafka.freeze()
    const answers = await Promise.all(ids.map((id) => post(ingress.url, webhookOf(deliveryReport(id)))))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    kafka.thaw()
    for (const id of ids)
      await waitUntil(async () => (await post(ingress.url, webhookOf(deliveryReport(id)))).status === 200)
    const found = await subjects(ids)
    expect(new Set(found.map(({ id }) => id)).size).toBe(ids.length)
  })

  it('the claim of a webhook that waits ends with its deadline: its repeat is no later', async () => {
    const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => undefined })
    const id = uniqueName('claimed')
    const key = `imc:seen:acme:${eventOf(webhookOf(deliveryReport(id))).id}`
    kafka.freeze()
    const answer = post(ingress.url, webhookOf(deliveryReport(id)))
    await waitUntil(async () => (await redis.pttl(key)) > 0)
    expect(await redis.pttl(key)).toBeLessThanOrEqual(deadlineMs)
    kafka.thaw()
    await answer
    await redis.quit()
  })

  it('what is more than can wait is shed at once, and the room is given back', async () => {
    kafka.freeze()
    const text = 'x'.repeat(500_000)
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => post(ingress.url, webhookOf(textMessage(uniqueName('flood'), { text })))),
    )
    kafka.thaw()
    const codes = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { code?: string }).code))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(codes).toContain('overloaded')
    await waitUntil(async () => (await ingress.metrics()).includes('imchannel_webhook_held_bytes 0'))
    await waitUntil(async () => (await post(ingress.url, webhookOf(textMessage(uniqueName('after'))))).status === 200)
  })
})

describe('a tenant whose webhooks are more than can be stored', () => {
  it('is shed, while another’s find room and are stored before what it has waiting', async () => {
    const own = uniqueName('apart')
    await using apart = await startIngress({
      prefix: own,
      brokers: kafka.brokers,
      tenants: { loud: tenant(), quiet: tenant() },
      more: { limits: { waitingBytes: '32MiB' } },
    })
    const isSaid = (id: string): boolean => apart.lines.some((line) => line.includes(id))
    const many = Array.from({ length: 30 }, () => uniqueName('loud'))
    const quietId = uniqueName('quiet')
    const shed = new Set<string>()
    const text = 'x'.repeat(200_000)
    kafka.freeze()
    const loud = many.map(async (id) => {
      const answer = await post(apart.url, webhookOf(textMessage(id, { text })), { tenant: 'loud' })
      if (answer.status === 503) shed.add(id)
      return answer.status
    })
    // Its share of the memory is taken, and some are in work: those have their line.
    await waitUntil(() => shed.size > 0 && many.some(isSaid))
    const quiet = post(apart.url, webhookOf(textMessage(quietId)), { tenant: 'quiet' })
    await waitUntil(() => isSaid(quietId))
    kafka.thaw()
    expect((await quiet).status).toBe(200)

    const stored = (await Promise.all(loud)).filter((status) => status === 200).length
    expect(stored + shed.size).toBe(many.length)
    await using reader = await readTopics(own, kafka.brokers)
    const messages = await reader.take(({ topic }) => topic === reader.topics.inbound, stored + 1)
    const ids = messages.map((record) => headerOf(record, 'ce_subject') ?? '')
    // One batch was on its way, the other tenant's turn may have been next.
    expect(ids.indexOf(quietId)).toBeLessThan(stored - 2)
  })
})

describe('start', () => {
  it('waits for a Kafka that is not there yet, answering 503 meanwhile, and can be stopped', async () => {
    await using waiting = await startIngress({
      prefix,
      brokers: ['127.0.0.1:1'],
      ready: false,
      more: { limits: { webhookDeadline: 500 } },
    })
    await waitUntil(() => waiting.lines.some((line) => line.includes('waiting for Kafka at 127.0.0.1:1')))
    expect((await fetch(`${waiting.url}/readyz`)).status).toBe(503)
    expect((await post(waiting.url, webhookOf(textMessage(uniqueName('early'))))).status).toBe(503)
  })
})
