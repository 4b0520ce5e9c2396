import { createRedis } from '@imchannel/redis'
import { testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { startIngress, type TestIngress } from '../support/start-ingress.ts'
import { deliveryReport, post, seenReport, textMessage, webhookOf } from '../support/webhooks.ts'

const prefix = uniqueName('ingress')
let reader: TopicReader
let instances: [TestIngress, TestIngress]

beforeAll(async () => {
  reader = await readTopics(prefix)
  instances = [await startIngress({ prefix }), await startIngress({ prefix })]
})

afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop()))
  await reader[Symbol.asyncDispose]()
})

/** How many records there are for a subject, once a webhook that was sent after them is there. */
async function countOf(subject: string): Promise<number> {
  const last = uniqueName('last')
  await post(instances[0].url, webhookOf(deliveryReport(last), textMessage(last)))
  await reader.take((record) => headerOf(record, 'ce_subject') === last, 2)
  return reader.records.filter((record) => headerOf(record, 'ce_subject') === subject).length
}

describe('two hundred copies at once on two instances', () => {
  it.each([
    ['a message', textMessage],
    ['a delivery report', deliveryReport],
    ['a seen report', seenReport],
  ])('of %s give one record and two hundred times 200', async (_kind, result) => {
    const id = uniqueName('copies')
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, copy) => post(instances[copy % 2]?.url ?? '', webhookOf(result(id)))),
    )
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(await countOf(id)).toBe(1)
  })

  it('in batches that overlap give one record for each result', async () => {
    const ids = Array.from({ length: 40 }, () => uniqueName('overlap'))
    const batches = Array.from({ length: 60 }, (_, batch) => ids.filter((_id, index) => (index + batch) % 3 !== 0))
    const answers = await Promise.all(
      batches.map((batch, index) =>
        post(instances[index % 2]?.url ?? '', webhookOf(...batch.map((id) => textMessage(id)))),
      ),
    )
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    for (const id of ids) expect(await countOf(id)).toBe(1)
  })
})

describe('a claim', () => {
  it('whose holder died is taken over when it ends', async () => {
    const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => undefined })
    const id = uniqueName('orphan')
    expect((await post(instances[0].url, webhookOf(textMessage(id)))).status).toBe(200)
    const [record] = await reader.take((one) => headerOf(one, 'ce_subject') === id, 1)
    const key = `imc:seen:acme:${record && headerOf(record, 'ce_id')}`
    await waitUntil(async () => (await redis.get(key))?.startsWith('s|'))
    const fingerprint = (await redis.get(key))?.slice(2)
    // As an instance leaves it that was killed between claim and ack.
    await redis.set(key, `p|${fingerprint}|somebody-else`, 'PX', 700)
    expect((await post(instances[1].url, webhookOf(textMessage(id)))).status).toBe(200)
    expect(await countOf(id)).toBe(2)
    await redis.quit()
  })
})
