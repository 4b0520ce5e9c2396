import { readFileSync } from 'node:fs'
import { ensureTopics } from '@imchannel/kafka'
import { startGuardedKafka, waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'
import type { Stage, StageOptions } from '../support/stage.ts'

const LEFT_OUT = 'the partition cannot be read'

/** Acme's commands come in a topic of its own, globex's in the other. */
async function useTwoTopics(options: Partial<StageOptions> = {}, config: Record<string, string> = {}) {
  const infobip = await useInfobip()
  const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url }, ...options })
  const acmeTopic = `${stage.topics.outbound}-acme`
  await ensureTopics(stage.client, [{ name: acmeTopic, partitions: 1, replication: 1, config }])
  stage.configure((settings) => {
    settings.topics.outbound = [
      { name: stage.topics.outbound, tenant: stage.tenant('globex').id },
      { name: acmeTopic, tenant: stage.tenant('acme').id },
    ]
  })
  return { stage, acmeTopic, infobip }
}

describe('one topic does not stop the others', { timeout: PATIENCE_MS }, () => {
  it.each(['snappy', 'lz4'])('%s, as Java writes it', async (codec) => {
    const { stage, acmeTopic } = await useTwoTopics({}, { 'compression.type': codec })
    const text = 'x'.repeat(2_000)
    await stage.send([stage.text('acme', { id: 'from-java', text })], { topic: acmeTopic })
    await stage.spawn()
    await stage.send([stage.text('globex', { id: 'globex' })])
    expect((await stage.outcomesOf(['from-java', 'globex'])).map(({ how }) => how)).toEqual(['accepted', 'accepted'])
  })

  it('READ is taken back from one of them, and stays so over a restart', async () => {
    const kafka = await startGuardedKafka()
    onTestFinished(() => kafka[Symbol.asyncDispose]())
    const { stage, acmeTopic } = await useTwoTopics({ brokers: kafka.brokers })
    const first = await stage.spawn()
    await stage.send([stage.text('acme', { id: 'acme-0' })], { topic: acmeTopic })
    await stage.send([stage.text('globex', { id: 'globex-0' })])
    await stage.outcomesOf(['acme-0', 'globex-0'])
    await kafka.allow(acmeTopic, 'describe', 'write')
    await waitUntil(() => first.output().includes(LEFT_OUT))
    await stage.send([stage.text('globex', { id: 'globex-1' })])
    await stage.outcomesOf(['globex-1'])
    await first.stop()
    const second = await stage.spawn()
    await stage.send([stage.text('globex', { id: 'globex-2' })])
    await stage.outcomesOf(['globex-2'])
    await waitUntil(() => second.output().includes(LEFT_OUT))
  })
})

describe('a command topic that is made anew', { timeout: PATIENCE_MS }, () => {
  it.each(['while it is read', 'while nobody reads it'])(
    'loses none of its commands %s, with ids or without',
    async (when) => {
      const infobip = await useInfobip()
      const stage = await useStage({ tenants: { acme: infobip.url }, partitions: 1 })
      const commands = (name: string, count: number) =>
        Array.from({ length: count }, (_, index) => {
          const command: Record<string, unknown> = {
            ...stage.text('acme', { id: `${name}-${index}`, text: `${name} ${index}` }),
          }
          // Beyond the old position a command may be read before the change is noticed: its own id keeps it from going twice.
          if (index === 0 || index === 3) delete command['id']
          return command
        })
      const sent = () => infobip.sends().map(({ text }) => text)
      const first = await stage.spawn()
      await stage.send(commands('old', 6))
      await waitUntil(() => stage.outcomes().length === 6)
      if (when === 'while nobody reads it') await first.stop()
      await makeAnew(stage)
      await stage.send(commands('new', 9))
      if (when === 'while nobody reads it') await stage.spawn()
      await waitUntil(() => stage.outcomes().length === 15)
      const expected = [...commands('old', 6), ...commands('new', 9)].map(
        ({ content }) => (content as { text: string }).text,
      )
      expect(sent()).toHaveLength(expected.length)
      expect(new Set(sent())).toEqual(new Set(expected))
      const derived = stage
        .outcomes()
        .map(({ commandId }) => commandId)
        .filter((id) => id.includes(stage.topics.outbound))
      expect(derived.filter((id) => id.startsWith(`${stage.topics.outbound}-0-`))).toHaveLength(2)
      expect(derived.filter((id) => /~[0-9a-f]{8}-0-\d+$/.test(id))).toHaveLength(2)
    },
  )
})

describe('a record that is small on the wire', { timeout: PATIENCE_MS }, () => {
  it('is set aside without its value, and takes no memory', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { pid } = await stage.spawn()
    await stage.send([stage.text('acme', { id: 'before' })])
    await stage.outcomesOf(['before'])
    const before = highWaterMiB(pid)
    const producer = stage.client.kafkajs.producer({ allowAutoTopicCreation: false })
    onTestFinished(() => producer.disconnect())
    await producer.connect()
    const value = Buffer.alloc(300 * 1024 * 1024, ' ')
    const topic = stage.topics.outbound
    const compression = 1 // gzip
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is kafkajs's, which only packages/kafka imports
    await producer.send({ topic, compression, timeout: 60_000, messages: [{ key: 'k', value }] })
    await stage.send([stage.text('acme', { id: 'after' })])
    await stage.outcomesOf(['after'])
    const letter = await waitUntil(() => stage.deadLetters()[0])
    expect(letter.value).toBeNull()
    expect(letter.headers).toMatchObject({
      'imchannel-error-code': Buffer.from('unreadable'),
      'imchannel-source-topic': Buffer.from(topic),
      'imchannel-source-offset': Buffer.from('1'),
      'imchannel-value-omitted': Buffer.from('true'),
    })
    expect(highWaterMiB(pid) - before).toBeLessThan(256)
  })
})

function highWaterMiB(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

async function makeAnew(stage: Stage): Promise<void> {
  const admin = stage.client.kafkajs.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [stage.topics.outbound] })
  await admin.disconnect()
  const specs = [{ name: stage.topics.outbound, partitions: 1, replication: 1 }]
  await waitUntil(async () => (await ensureTopics(stage.client, specs)).created.length === 1)
}
