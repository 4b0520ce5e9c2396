import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { committedOffsets } from '@imchannel/kafka'
import { startKafka } from '@imchannel/local-stack'
import { observeTopicsOf, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'

describe('dead-letter-down', { timeout: PATIENCE_MS }, () => {
  it('keeps a refused command until its dead letter can be written, and lets others pass it', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { promise: writable, resolve: mend } = Promise.withResolvers<void>()
    await stage.start((parts) => ({
      ...parts,
      deadLetterSink: async (record, signal) => {
        await writable
        return parts.deadLetterSink(record, signal)
      },
    }))
    await stage.send(['not json'])
    for (const id of ['first', 'second', 'third']) {
      await stage.send([stage.text('acme', { id })])
      await stage.outcomesOf([id])
    }
    const groupId = `${stage.topics.outbound.replace(/\.outbound$/, '')}.dispatcher`
    expect((await committedOffsets(stage.client, groupId, stage.topics.outbound)).get(0) ?? 0n).toBe(0n)
    expect(stage.deadLetters()).toEqual([])
    mend()
    await waitUntil(() => stage.deadLetters().length > 0)
    expect(stage.deadLetters()[0]?.value?.toString()).toBe('not json')
    await waitUntil(async () => (await committedOffsets(stage.client, groupId, stage.topics.outbound)).get(0) === 4n)
  })
})

describe('record-too-large', { timeout: PATIENCE_MS }, () => {
  it('writes a dead letter without the value, and an event without the long words, where no topic takes them', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, statusBytes: 2_500 })
    // Nothing that compression would make small.
    const text = randomBytes(300_000).toString('hex')
    infobip.onSend = () => ({
      status: 400,
      body: { requestError: { serviceException: { messageId: 'BAD_REQUEST', text } } },
    })
    await stage.start()
    // As large as the topic takes: the headers of a dead letter find no room beside it.
    const command = stage.text('acme', { id: 'huge' })
    const padding = 8 * 1024 * 1024 - JSON.stringify({ ...command, padding: '' }).length - 200
    await stage.send([{ ...command, padding: 'y'.repeat(padding) }])
    await stage.send([stage.text('acme', { id: 'small', callbackData: 'kept where there is room' })])
    const outcomes = await stage.outcomesOf(['huge', 'small'])
    expect(outcomes).toHaveLength(2)
    for (const { how, error, callbackData } of outcomes) {
      expect([how, error?.code, error?.reason.length]).toEqual(['rejected', 'BAD_REQUEST', 1_024])
      expect([typeof error?.infobip, typeof callbackData]).toEqual(['undefined', 'undefined'])
    }
    await waitUntil(() => stage.deadLetters().length === 2)
    const huge = stage.deadLetters().find((letter) => letter.headers['imchannel-value-omitted'] !== undefined)
    expect(huge?.value).toBeNull()
    expect(huge?.headers['imchannel-error-code']?.toString()).toBe('BAD_REQUEST')
    expect(huge?.headers['imchannel-source-offset']?.toString()).toBe('0')
  })
})

describe('broker-restarted', { timeout: PATIENCE_MS }, () => {
  it('loses, doubles and reorders nothing when the broker is killed under load and comes back', async () => {
    const infobip = await useInfobip()
    const dataDir = mkdtempSync(join(tmpdir(), 'dispatcher-kafka-'))
    let kafka = await startKafka({ dataDir })
    onTestFinished(async () => {
      await kafka.stop()
      observeTopicsOf(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    })
    const stage = await useStage({
      tenants: { acme: infobip.url },
      brokers: kafka.brokers,
      sender: { messagesPerSecond: 60 },
    })
    await stage.start()
    const customers = Array.from({ length: 20 }, () => uniqueNumber())
    const commands = Array.from({ length: 200 }, (_, index) =>
      stage.text('acme', { id: `b-${index}`, to: customers[index % 20] ?? '', text: String(index) }),
    )
    await stage.send(commands)
    await waitUntil(() => infobip.accepted.length > 50)
    const { port } = kafka
    await kafka.kill()
    kafka = await startKafka({ dataDir, port })
    const outcomes = await stage.outcomesOf(
      commands.map(({ id }) => String(id)),
      120_000,
    )
    expect(outcomes.every((outcome) => outcome.how === 'accepted')).toBe(true)
    expect(new Set(outcomes.map((outcome) => outcome.id)).size).toBe(200)
    expect(infobip.accepted).toHaveLength(200)
    expect(new Set(infobip.accepted).size).toBe(200)
    const last = new Map<string, number>()
    for (const { to = '', text } of infobip.sends()) {
      expect(Number(text)).toBeGreaterThan(last.get(to) ?? -1)
      last.set(to, Number(text))
    }
  })
})
