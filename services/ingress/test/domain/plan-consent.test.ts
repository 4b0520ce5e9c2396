import { describe, expect, test } from 'vitest'
import { eventsOf } from './read.ts'

const business = '447700900123'
const customer = '351910000042'
const keywords = { stop: ['STOP', 'Não enviar'], start: ['START'], scope: 'marketing' } as const

function text(said: string, more: object = {}): string {
  const message = { type: 'TEXT', text: said }
  const result = { messageId: 'E_1', from: customer, to: business, integrationType: 'WHATSAPP', message, ...more }
  return JSON.stringify({ results: [{ receivedAt: '2026-11-30T14:17:10.000+0000', ...result }] })
}

function report(error: object): string {
  const about = { messageId: 'm-1', to: customer, doneAt: '2026-11-30T14:11:01.000+0000', channel: 'WHATSAPP' }
  return JSON.stringify({ results: [{ ...about, status: { groupId: 2, id: 9 }, error }] })
}

const consentsOf = (...given: Parameters<typeof eventsOf>) =>
  eventsOf(...given).filter(({ type }) => type === 'imchannel.consent.changed.v1')

describe('a message that is a key word', () => {
  test.each([
    ['  stop. ', 'optedOut'],
    ['NAO enviar', 'optedOut'],
    ['start', 'optedIn'],
  ])('%o is published, and says %s behind itself', (said, state) => {
    const [message, consent, ...more] = eventsOf(text(said), { keywords })
    expect(more).toEqual([])
    expect(message).toMatchObject({ type: 'imchannel.message.received.v1', data: { content: { text: said } } })
    expect(consent).toMatchObject({
      type: 'imchannel.consent.changed.v1',
      key: `acme:${business}:${customer}`,
      time: '2026-11-30T14:17:10.000Z',
      data: {
        sender: business,
        from: customer,
        state,
        scope: 'marketing',
        source: 'keyword',
        evidence: { messageId: 'E_1' },
      },
    })
    expect(consent?.id).not.toBe(message?.id)
  })

  test.each(["don't stop", 'stop it', 'no'])('%o is none', (said) => {
    expect(consentsOf(text(said), { keywords })).toEqual([])
  })

  test('is a message like any other where the tenant has no key words', () => {
    expect(consentsOf(text('STOP'))).toEqual([])
  })

  test('opts out of nothing where the business number is not known', () => {
    expect(consentsOf(text('STOP', { to: null }), { keywords })).toMatchObject([{ data: { state: 'unknown' } }])
  })
})

describe('a report that the customer has switched something off', () => {
  const sends = new Map([
    ['m-1', { commandId: 'c-1', from: business, to: customer, request: { template: 'promo_friday' } }],
  ])

  test('7033 is WhatsApp’s own stop of marketing, at its time', () => {
    expect(consentsOf(report({ id: 7033, name: 'EC_MARKETING_OPT_OUT' }), { sends })).toMatchObject([
      {
        time: '2026-11-30T14:11:01.000Z',
        data: {
          sender: business,
          state: 'optedOut',
          scope: 'marketing',
          source: 'whatsapp',
          status: 'EC_MARKETING_OPT_OUT',
        },
      },
    ])
  })

  test('7030 is a stop of the template, where the send tells which', () => {
    const [known] = consentsOf(report({ id: 7030 }), { sends })
    expect(known?.data).toMatchObject({
      state: 'optedOut',
      scope: 'template',
      template: 'promo_friday',
      status: '7030',
    })
  })

  test('has the same id with and without the send', () => {
    const ids = [{ sends }, {}].map((known) => eventsOf(report({ id: 7033 }), known).map(({ id }) => id))
    expect(ids[0]).toEqual(ids[1])
  })

  test.each([7010, 7032, 7003, 0])('%d is none', (id) => {
    expect(consentsOf(report({ id }), { sends })).toEqual([])
  })
})
