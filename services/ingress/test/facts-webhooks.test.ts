import { uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { factsWebhooks } from './support/facts-webhooks.ts'
import { dataOf, headerOf, readTopics, type TopicReader } from './support/read-topics.ts'
import { startIngress, tenant, type TestIngress } from './support/start-ingress.ts'
import { post } from './support/webhooks.ts'

const prefix = uniqueName('facts')
// One tenant each: no webhook teaches another's customer, and what is read is known by its source.
const tenants = factsWebhooks.map((_webhook, index) => uniqueName(`facts-${index}`))
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix, tenants: Object.fromEntries(tenants.map((name) => [name, tenant()])) })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

describe('a webhook about windows, money, identity, templates or consent becomes its events in Kafka, once', () => {
  it.each(factsWebhooks.map((one, index) => [one.name, one, tenants[index] ?? ''] as const))(
    '%s',
    async (_name, { body, events }, name) => {
      for (let times = 0; times < 2; times++) expect((await post(ingress.url, body, { tenant: name })).status).toBe(200)
      const mine = (record: Parameters<typeof headerOf>[0]): boolean =>
        headerOf(record, 'ce_source') === `/imchannel/${name}`
      const records = await reader.take(mine, events.length)
      for (const { type, key, data } of events) {
        const found = records.filter(
          (record) =>
            headerOf(record, 'ce_type') === `imchannel.${type}.v1` &&
            record.key?.toString() === `${name}:${key}` &&
            Object.entries(data).every(([member, value]) => isSame(dataOf(record)[member], value)),
        )
        expect(found, `${type} ${JSON.stringify(data)}`).toHaveLength(1)
      }
    },
  )

  it('and no webhook that came twice left anything twice', () => {
    const wanted = factsWebhooks.reduce((sum, { events }) => sum + events.length, 0)
    expect(reader.records).toHaveLength(wanted)
  })
})

function isSame(given: unknown, wanted: unknown): boolean {
  try {
    expect(given).toEqual(wanted)
    return true
  } catch {
    return false
  }
}
