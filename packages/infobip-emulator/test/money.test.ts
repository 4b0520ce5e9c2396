import { describe, expect, it } from 'vitest'
import { CUSTOMER, NUMBER, start, type Harness } from './harness.ts'

const HOUR = 3_600_000
const RATES = {
  currency: 'XTS',
  rates: [
    {
      validFrom: '2025-07-01',
      market: '*',
      marketing: '0.07',
      utility: '0.02',
      authentication: '0.03',
      service: '0.021000',
    },
  ],
}
const PRICED = { pricing: 'rules', rates: RATES, seenAfterMs: null } as const

const offer = (category: string) => ({
  name: category.toLowerCase(),
  language: 'en',
  category,
  structure: { body: { text: 'Hi {{1}}, look at this', examples: ['Ana'] } },
})

/** The price in each delivery report, as its bytes have it. */
const prices = ({ receiver }: Harness): string[] =>
  receiver.to('/onDeliveryReport').map(({ raw }) => /"pricePerMessage":([^,}]+)/.exec(raw)?.[1] ?? 'none')

async function template({ call, emulator }: Harness, templateName: string): Promise<void> {
  const content = { templateName, templateData: { body: { placeholders: ['Ana'] } }, language: 'en' }
  await call('POST', '/whatsapp/1/message/template', { messages: [{ from: NUMBER, to: CUSTOMER, content }] })
  await emulator.advance(10)
}

const query = (callbackUrl: string, more: Record<string, unknown> = {}) => ({
  callbackUrl,
  request: {
    filterBy: { dateInterval: { sentSince: '2026-11-01', sentUntil: '2026-12-01' } },
    aggregateBy: ['ENTITY_ID', 'CATEGORY_CODE', 'DAY'],
    ...more,
  },
})

describe('what a message costs', () => {
  it('stands in its report: the window’s end of September, in the account’s time zone', async () => {
    const harness = await start({
      clock: { running: false, now: '2026-09-30T22:59:58Z' },
      accounts: [{ id: 'demo', apiKeys: ['demo-api-key'], timeZone: 'Europe/Lisbon', senders: [{ number: NUMBER }] }],
      behaviour: PRICED,
    })
    await harness.emulator.phone(CUSTOMER).says('hi')
    for (const category of ['UTILITY', 'MARKETING']) {
      await harness.control('POST', 'templates', { definition: offer(category) })
    }
    await template(harness, 'utility')
    await template(harness, 'marketing')
    await harness.emulator.advance(2_000)
    await template(harness, 'utility')
    expect(prices(harness)).toEqual(['0', '0.07', '0.02'])
    expect(harness.emulator.store.conversation(NUMBER, CUSTOMER).map((one) => one.charge?.reason)).toEqual([
      undefined,
      'free-in-window',
      'charged',
      'charged',
    ])
  })

  it('is nothing for the first thousand answers of a number and month, and for what failed', async () => {
    const harness = await start({ clock: { running: false, now: '2026-10-05T12:00:00Z' }, behaviour: PRICED })
    const { emulator, omni, control } = harness
    await emulator.phone(CUSTOMER).says('hi')
    await control('PUT', `senders/${NUMBER}`, { serviceMessages: 999 })
    await omni({ text: 'nr 1,000' })
    await emulator.advance(100)
    emulator.addFault({ action: 'fail', count: 1 })
    await omni({ text: 'fails' })
    await omni({ text: 'nr 1,001' })
    await emulator.advance(100)
    expect(prices(harness)).toEqual(['0', '0', '0.021000'])
    expect((await control('GET', 'ledger')).body.totals).toEqual([{ currency: 'XTS', amount: '0.021000', messages: 2 }])
    await emulator.advance(27 * 24 * HOUR)
    await emulator.phone(CUSTOMER).says('hi in November')
    await omni({ text: 'nr 1' })
    await emulator.advance(100)
    expect(prices(harness).at(-1)).toBe('0')
  })

  it('is nothing for 72 hours from the answer to an ad, whatever the window says; a boosted post brings none', async () => {
    const harness = await start({ clock: { running: false, now: '2026-11-30T10:00:00Z' }, behaviour: PRICED })
    const { emulator, omni, control } = harness
    await control('POST', 'templates', { definition: offer('MARKETING') })
    await emulator
      .phone(CUSTOMER)
      .sends({ text: 'I saw your ad', referral: { sourceType: 'AD', sourceUrl: 'https://fb.me/x' } })
    await emulator.advance(23 * HOUR)
    await omni({ text: 'the answer' })
    await emulator.advance(71 * HOUR)
    await omni({ text: 'too late for free form' }, { messageId: 'late' })
    await template(harness, 'marketing')
    await emulator.advance(HOUR)
    await template(harness, 'marketing')
    expect(emulator.store.byMessageId('late')[0]?.error?.id).toBe(7010)
    expect(prices(harness)).toEqual(['0', '0', '0', '0.07'])
    await emulator
      .phone('351910000043')
      .sends({ text: 'hi', referral: { sourceType: 'POST', sourceUrl: 'https://fb.me/y' } })
    await omni({ text: 'an answer' }, { to: { phoneNumber: '351910000043' } })
    await emulator.advance(10)
    expect(emulator.store.conversation(NUMBER, '351910000043').at(-1)?.charge?.reason).toBe('free-service-message')
  })

  it('keeps the digits that it is told, in reports and logs, or is left out; the ledger adds up to the last of them', async () => {
    const harness = await start({ clock: { running: false }, behaviour: { seenAfterMs: null } })
    const { emulator, omni, call, control } = harness
    await emulator.phone(CUSTOMER).says('hi')
    const asked = ['0', '0.0', '0.000000', '0.021000', '1e-7', null]
    for (const pricePerMessage of asked) {
      emulator.addFault({
        action: 'price',
        pricePerMessage,
        currency: pricePerMessage === '1e-7' ? 'SEK' : 'EUR',
        count: 1,
      })
      await omni({ text: 'x' })
      await emulator.advance(10)
    }
    expect(prices(harness)).toEqual(['0', '0.0', '0.000000', '0.021000', '1e-7', 'none'])
    const logs = await fetch(`${emulator.url}/omni/1/logs`, { headers: { authorization: 'App demo-api-key' } })
    expect(await logs.text()).toContain('"pricePerMessage":0.021000,')
    expect((await call('GET', '/omni/1/logs')).body.results.at(-1)).not.toHaveProperty('price')
    expect((await control('GET', 'ledger')).body.totals).toEqual([
      { currency: 'EUR', amount: '0.021000', messages: 5 },
      { currency: 'SEK', amount: '0.0000001', messages: 1 },
    ])
    expect((await control('GET', 'requests')).body.requests.at(-1).response.results[3].price.pricePerMessage).toBe(
      0.021,
    )
  })

  it('is in no report of the Messages API', async () => {
    const harness = await start({ behaviour: PRICED, webhooks: { reportFormat: 'messages' } })
    await harness.emulator.phone(CUSTOMER).says('hi')
    await harness.omni({ text: 'x' })
    await harness.until(() => harness.receiver.to('/onDeliveryReport').length === 1)
    expect(prices(harness)).toEqual(['none'])
  })
})

describe('the bill', () => {
  it('comes to its callback once, without the credentials of other webhooks', async () => {
    const harness = await start({ clock: { running: false, now: '2026-11-30T10:00:00Z' }, behaviour: PRICED })
    const { emulator, receiver, call, whatsapp, control } = harness
    await control('POST', 'templates', { definition: offer('UTILITY') })
    await emulator.phone(CUSTOMER).says('hi')
    for (const more of [{ entityId: 'acme' }, { entityId: 'acme' }, {}]) await whatsapp('text', { text: 'x' }, more)
    await template(harness, 'utility')
    await template(harness, 'utility')
    receiver.answer = () => ({ status: 500 })
    const { status, body } = await call('POST', '/billing/1/usage/query', query(`${receiver.url}/usage/secret`))
    expect(status).toBe(201)
    await emulator.advance(2 * HOUR)
    expect(receiver.to('/usage/secret')).toHaveLength(1)
    const [callback] = receiver.to('/usage/secret')
    expect(callback?.headers.authorization).toBeUndefined()
    expect(callback?.body).toMatchObject({
      requestId: body.requestId,
      status: 'SUCCESS',
      metadata: { billingPeriods: [{ month: '2026-11', volumeFinalized: false }] },
    })
    const { columns, rows, totalRows } = callback?.body.response ?? {}
    expect(columns.map((one: { columnName: string }) => one.columnName)).toEqual([
      'ENTITY_ID',
      'CATEGORY_CODE',
      'DAY',
      'UNIT_TYPE',
      'UNIT_PRICE',
      'QUANTITY',
      'TOTAL_PER_UNIT',
      'CURRENCY',
    ])
    const day = '2026-11-30T00:00:00'
    expect([totalRows, rows]).toEqual([
      3,
      [
        ['acme', 'WHATSAPP', day, 'message', 0, 2, 0, 'XTS'],
        [null, 'WHATSAPP', day, 'message', 0, 1, 0, 'XTS'],
        [null, 'WHATSAPP', day, 'message', 0.02, 2, 0.04, 'XTS'],
      ],
    ])
  })

  it.each([
    ['a period that is too old', { filterBy: { dateInterval: { sentSince: '2026-08-31', sentUntil: '2026-10-01' } } }],
    [
      'a period that ends before it begins',
      { filterBy: { dateInterval: { sentSince: '2026-11-02', sentUntil: '2026-11-01' } } },
    ],
    ['a dimension that there is not', { aggregateBy: ['WEATHER'] }],
  ])('is refused for %s', async (_note, more) => {
    const { call, receiver } = await start({ clock: { running: false, now: '2026-11-30T10:00:00Z' } })
    const { status, body } = await call('POST', '/billing/1/usage/query', query(receiver.url, more))
    expect([status, body.errorCode]).toEqual([400, 'E400'])
  })

  it('has finished months alone where that is asked for', async () => {
    const harness = await start({ clock: { running: false, now: '2026-10-31T23:00:00Z' }, behaviour: PRICED })
    const { emulator, receiver, call, omni } = harness
    await emulator.phone(CUSTOMER).says('hi')
    await omni({ text: 'October' })
    await emulator.advance(2 * HOUR)
    await omni({ text: 'November' })
    await emulator.advance(9 * 24 * HOUR)
    await call(
      'POST',
      '/billing/1/usage/query',
      query(`${receiver.url}/usage`, {
        filterBy: { dateInterval: { sentSince: '2026-10-01', sentUntil: '2026-12-01' } },
        aggregateBy: ['MONTH'],
        options: { includeUnfinalizedData: false },
      }),
    )
    await emulator.advance(2_000)
    const [{ body } = { body: undefined }] = receiver.to('/usage')
    expect(body.response.rows).toEqual([['2026-10-01T00:00:00', 'message', 0, 1, 0, 'XTS']])
    expect(body.metadata.billingPeriods).toEqual([
      { month: '2026-10', volumeFinalized: true },
      { month: '2026-11', volumeFinalized: false },
    ])
  })
})
