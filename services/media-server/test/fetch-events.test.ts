import { createKafkaClient, ensureTopics } from '@imchannel/kafka'
import { createMediaStore } from '@imchannel/media-store'
import { sampleMedia } from '@imchannel/media-store/samples'
import { createRedis } from '@imchannel/redis'
import { collectRecords, createFaultProxy, testStack, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { startMediaServer } from './start-media-server.ts'

test('each HEAD and GET is an event in the conversation of the command that used the media', async () => {
  await using server = await startMediaServer()
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
  const store = createMediaStore(redis, { ttlAfterFetchMs: () => 3_600_000 })
  const { id, url } = await server.upload(sampleMedia('image/png', 1_234), 'image/png')
  const conversation = `${server.tenant}:447860099299:39123456789`
  await store.useFor({ tenant: server.tenant, id }, { commandId: 'order-4711', conversation })
  redis.disconnect()

  const headers = { 'user-agent': 'ReactorNetty/1.1' }
  const local = url.replace('https://chat.example.com', server.url)
  await fetch(local, { method: 'HEAD', headers })
  await fetch(local, { headers }).then((response) => response.arrayBuffer())

  const topic = `${server.topicPrefix}.status`
  const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: 'test' })
  await ensureTopics(kafka, [{ name: topic, partitions: 12, replication: 1 }])
  await using collected = await collectRecords(testStack().brokers, [topic])
  await waitUntil(() => collected.records.length >= 2)
  const events = collected.records.map(({ key, headers, value }) => ({
    key,
    type: headers.ce_type,
    data: JSON.parse(String(value)) as object,
  }))
  const data = {
    tenant: server.tenant,
    mediaId: id,
    kind: 'image',
    status: 200,
    userAgent: 'ReactorNetty/1.1',
    commandIds: ['order-4711'],
  }
  expect(events).toEqual([
    {
      key: conversation,
      type: 'imchannel.media.fetched.v1',
      data: { ...data, method: 'HEAD', bytes: 0, durationMs: expect.any(Number) },
    },
    {
      key: conversation,
      type: 'imchannel.media.fetched.v1',
      data: { ...data, method: 'GET', bytes: 1_234, durationMs: expect.any(Number) },
    },
  ])
  expect(new Set(collected.records.map(({ headers }) => headers.ce_id)).size).toBe(2)
})

test('media are served while Kafka is away, and the events come once it is back', async () => {
  const [host, port] = (testStack().brokers[0] ?? '').split(':')
  await using proxy = await createFaultProxy({ host: host ?? '', port: Number(port) })
  proxy.cut()
  await using server = await startMediaServer({ brokers: [proxy.address] })
  const { id, url } = await server.upload(sampleMedia('image/png'), 'image/png')
  expect((await fetch(url.replace('https://chat.example.com', server.url))).status).toBe(200)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)

  proxy.heal()
  const topic = `${server.topicPrefix}.status`
  const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: 'test' })
  await ensureTopics(kafka, [{ name: topic, partitions: 12, replication: 1 }])
  await using collected = await collectRecords(testStack().brokers, [topic])
  const [record] = await waitUntil(() => (collected.records.length > 0 ? collected.records : undefined))
  expect(JSON.parse(String(record?.value))).toMatchObject({ mediaId: id, method: 'GET' })
})
