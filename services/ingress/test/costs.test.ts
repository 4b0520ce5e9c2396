import { randomUUID } from 'node:crypto'
import { type CostRow, createCostSums, type Dimension } from '@imchannel/costs'
import { type CostRecorded, decodeEvent } from '@imchannel/events'
import { createEmulator } from '@imchannel/infobip-emulator'
import { createLedger, type RequestDetails } from '@imchannel/ledger'
import { createRedis } from '@imchannel/redis'
import { answerWith, createRandom, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { readTopics } from './support/read-topics.ts'
import { authorization, sender, startIngress } from './support/start-ingress.ts'

const COUNT = 1_000
const PRICES = ['0', '0.0', '0.000000', '0.021000', '1e-7', null] as const
const CURRENCIES = ['EUR', 'SEK'] as const
const CUSTOMERS = ['351910000042', '351910000043', '34600000042']
const KINDS: readonly RequestDetails[] = [
  { form: 'content', source: 'greeter', class: 'reply', category: 'service' },
  { form: 'content', source: 'shipping', class: 'notification', template: 'shipped', category: 'utility' },
  { form: 'content', source: 'sale', class: 'bulk', template: 'sale', category: 'marketing' },
]

interface Sent {
  readonly messageId: string
  readonly details: RequestDetails
  readonly price: (typeof PRICES)[number]
  readonly currency: string
}

/** Sends each message at the emulator, which prices it as it is told, and gives the webhooks that it would send, by message. */
async function sendAll(sent: readonly Sent[]) {
  const bodies: string[] = []
  await using receiver = await answerWith((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString())
      response.end('{}')
    })
  })
  const emulator = await createEmulator({
    accounts: [{ id: 'acme', apiKeys: ['key'], senders: [{ number: sender, messagesPerSecond: 0 }] }],
    webhooks: { baseUrl: receiver.url },
    behaviour: { deliverAfterMs: 0, seenAfterMs: 0 },
  })
  try {
    for (const customer of CUSTOMERS) await emulator.phone(customer).says('hi')
    for (const [index, { messageId, price, currency }] of sent.entries()) {
      emulator.addFault({ action: 'price', pricePerMessage: price, currency, count: 1 })
      const answer = await fetch(`${emulator.url}/whatsapp/1/message/text`, {
        method: 'POST',
        headers: { authorization: 'App key', 'content-type': 'application/json' },
        body: JSON.stringify({
          from: sender,
          to: CUSTOMERS[index % CUSTOMERS.length],
          messageId,
          content: { text: `nr ${index}` },
        }),
      })
      expect(answer.status, await answer.text()).toBe(200)
    }
    const reports = (name: string): string[] => bodies.filter((body) => body.includes(`"${name}"`))
    await waitUntil(() => reports('doneAt').length >= COUNT && reports('seenAt').length >= COUNT)
    const ledger = await fetch(`${emulator.url}/_emulator/ledger`)
    // The emulator's own answer.
    const { totals } = (await ledger.json()) as { totals: { currency: string; amount: string; messages: number }[] }
    return { totals, delivered: reports('doneAt'), seen: reports('seenAt') }
  } finally {
    await emulator.stop()
  }
}

function toSend(index: number): Sent {
  return {
    messageId: randomUUID(),
    details: KINDS[index % KINDS.length] ?? {},
    price: PRICES[index % PRICES.length] ?? null,
    currency: CURRENCIES[Math.floor(index / PRICES.length) % CURRENCIES.length] ?? 'EUR',
  }
}

/** Digits in ten-millionths, by other means than the code that is tested. */
function units(price: string): bigint {
  return BigInt(Math.round(Number(price) * 10_000_000))
}

/** Of a row's sums, in the same units. */
function unitsOf(row: CostRow | undefined): Record<string, bigint> {
  return Object.fromEntries((row?.reported ?? []).map(({ currency, amount }) => [currency, units(amount)]))
}

test('a thousand messages, each report three times and out of order, are summed to the last digit by each dimension', async () => {
  const random = createRandom(20_261_201)
  const sent = Array.from({ length: COUNT }, (_, index) => toSend(index))
  const { totals, delivered, seen } = await sendAll(sent)
  // Seen alone: nothing that has a price, or it would be lost with its report.
  const alone = new Set(
    sent.filter(({ price }, index) => price === null && index % 4 === 1).map((one) => one.messageId),
  )
  const isAlone = (body: string): boolean => [...alone].some((id) => body.includes(id))
  const reports = [...delivered.filter((body) => !isAlone(body)), ...seen]
  const bodies = together(random.shuffle(reports.flatMap((body) => [body, body, body])))

  const prefix = uniqueName('costs')
  await using reader = await readTopics(prefix, undefined, { withCosts: true })
  await using ingress = await startIngress({ prefix })
  await remember(sent)
  await Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (const [index, body] of bodies.entries()) if (index % 8 === lane) await post(ingress.url, body)
    }),
  )
  const costs = (): CostRecorded[] => reader.records.flatMap(costIn)
  await waitUntil(() => new Set(costs().map((one) => one.messageId)).size >= COUNT)
  await waitUntil(() => priced(costs()) >= sent.filter(({ price }) => price !== null).length)

  // Redis was there: one record for each message, and one more where the price came after "seen".
  const revisions = new Map<string, number[]>()
  for (const { messageId, revision } of costs())
    revisions.set(messageId, [...(revisions.get(messageId) ?? []), revision])
  expect([...revisions.values()].every((list) => ['1', '1,2'].includes(list.toSorted((a, b) => a - b).join(',')))).toBe(
    true,
  )

  const rows = (by: Dimension[]): CostRow[] => {
    const sums = createCostSums({ by })
    for (const cost of costs()) sums.add(cost)
    return sums.rows()
  }
  expect(unitsOf(rows([])[0])).toEqual(Object.fromEntries(totals.map((one) => [one.currency, units(one.amount)])))
  for (const dimension of ['source', 'template', 'category', 'class'] as const) {
    for (const row of rows([dimension])) {
      const meant = sent.filter(({ details }) => valueOf(details, dimension) === row.by[dimension])
      expect([dimension, row.messages, row.unpriced]).toEqual([
        dimension,
        meant.length,
        meant.filter(({ price }) => price === null).length,
      ])
      expect(unitsOf(row)).toEqual(sumOf(meant))
    }
  }
  expect(rows(['sender'])).toMatchObject([{ by: { sender }, messages: COUNT }])
}, 300_000)

function costIn(record: Parameters<typeof decodeEvent>[0]): CostRecorded[] {
  const decoded = decodeEvent(record)
  return decoded.outcome === 'event' && decoded.event.type === 'imchannel.cost.recorded.v1' ? [decoded.event.data] : []
}

function priced(costs: readonly CostRecorded[]): number {
  return new Set(costs.filter(({ reported }) => reported !== undefined).map((one) => one.messageId)).size
}

function valueOf(details: RequestDetails, dimension: 'source' | 'template' | 'category' | 'class'): string {
  return details[dimension] ?? '-'
}

function sumOf(sent: readonly Sent[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {}
  for (const { price, currency } of sent) if (price !== null) sums[currency] = (sums[currency] ?? 0n) + units(price)
  return sums
}

/** Twenty webhooks as one, byte for byte: as Infobip does when it is busy, deliveries and seen reports mixed. */
function together(bodies: readonly string[]): string[] {
  const results = bodies.map((body) => body.slice(body.indexOf('[') + 1, body.lastIndexOf(']')))
  return Array.from(
    { length: Math.ceil(results.length / 20) },
    (_, at) => `{"results":[${results.slice(at * 20, at * 20 + 20).join(',')}]}`,
  )
}

async function post(url: string, body: string): Promise<void> {
  const answer = await fetch(`${url}/acme/imchannel/webhook`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(200)
}

/** As the dispatcher leaves them in the ledger. */
async function remember(sent: readonly Sent[]): Promise<void> {
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'costs-test', onError: () => undefined })
  const ledger = createLedger(redis, { memoryMs: 3_600_000, format: '2' })
  await Promise.all(
    sent.map(async ({ messageId, details }, index) => {
      const identity = {
        commandId: `c-${messageId}`,
        from: sender,
        to: CUSTOMERS[index % CUSTOMERS.length] ?? '',
        print: 'print',
      }
      const send = { tenant: 'acme', messageId, identity, request: details }
      await ledger.claimNew(send, 'owner')
      await ledger.settle(send, 'owner', { state: 'accepted', outcome: '' })
      await ledger.reported(send)
    }),
  )
  redis.disconnect()
}
