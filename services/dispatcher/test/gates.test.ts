import { DEAD_LETTER_HEADERS, messageIdOf } from '@imchannel/events'
import type { CustomerFacts } from '@imchannel/fact-store'
import { consentKey, createConsentCopy, encodeConsent } from '@imchannel/fact-store'
import type { TemplateFact } from '@imchannel/facts'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import type { DispatcherOptions } from '../src/service.ts'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from './support/harness.ts'

const DAY_MS = 86_400_000
/** Commands to one customer. */
const WAITING = 1_000
const enforce = { window: 'enforce', consent: 'enforce', template: 'enforce', identity: 'enforce' }
const fallback = { type: 'template', name: 'again', language: 'en', placeholders: ['you'] }

/** What customers wrote is read whole; each facts's own is what the test says. */
function knowing(facts: () => Partial<CustomerFacts>, template: TemplateFact = { kind: 'unknown' }) {
  let readings = 0
  const read = async (): Promise<CustomerFacts> => {
    readings++
    const readAt = Date.now()
    const coverage = { from: readAt - DAY_MS, endsTakenAt: readAt - 1 }
    return { window: {}, coverage, consent: [], readAt, ...facts() }
  }
  const adapt: NonNullable<DispatcherOptions['adapt']> = (parts) => ({
    ...parts,
    gateFacts: {
      customers: { read, readSettled: read },
      templates: { find: () => template },
    },
  })
  return { adapt, readings: () => readings }
}

async function stageWith(gates: Record<string, string>) {
  const infobip = await useInfobip()
  const stage = await useStage({ tenants: { acme: infobip.url }, account: { gates }, sender: { inbound: 'complete' } })
  return { infobip, stage }
}

describe('gates', { timeout: PATIENCE_MS }, () => {
  it('on enforce reject before any request, with a dead letter that names the gate', async () => {
    const { infobip, stage } = await stageWith(enforce)
    const closedAt = Date.now() - 60_000
    const { adapt } = knowing(() => ({ window: { openedAt: closedAt - DAY_MS } }))
    await stage.start(adapt)
    await stage.send([stage.text('acme', { id: 'closed' })])
    const [outcome] = await stage.outcomesOf(['closed'])
    expect(outcome).toMatchObject({
      how: 'rejected',
      error: { code: 'window_closed', gate: 'window', closesAt: new Date(closedAt).toISOString() },
    })
    await waitUntil(() => stage.deadLetters().length === 1)
    const [letter] = stage.deadLetters()
    expect(letter?.headers[DEAD_LETTER_HEADERS.gate]?.toString()).toBe('window')
    expect(infobip.sends()).toEqual([])
  })

  it('on advise send, and say what speaks against it', async () => {
    const { infobip, stage } = await stageWith({})
    const { url } = await stage.start(knowing(() => ({})).adapt)
    await stage.send([stage.text('acme', { id: 'advised' })])
    const [outcome] = await stage.outcomesOf(['advised'])
    expect(outcome).toMatchObject({ how: 'accepted', advice: [{ gate: 'window', code: 'window_closed' }] })
    expect(outcome).not.toHaveProperty('sentAs')
    expect(infobip.sends()).toHaveLength(1)
    const { id: tenant } = stage.tenant('acme')
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      new RegExp(`^imchannel_gate_findings_total\\{.*tenant="${tenant}".*\\} 1$`, 'm'),
    )
  })

  it('take the fallback while the window is closed, and the content while it is open', async () => {
    const { infobip, stage } = await stageWith(enforce)
    let openedAt: number | undefined
    await stage.start(knowing(() => ({ window: { openedAt } })).adapt)
    await stage.send([stage.text('acme', { id: 'second', fallback })])
    const [second] = await stage.outcomesOf(['second'])
    openedAt = Date.now()
    await stage.send([stage.text('acme', { id: 'first', text: 'as it is', fallback })])
    const [first] = await stage.outcomesOf(['first'])
    expect(second).toMatchObject({ how: 'accepted', sentAs: 'fallback' })
    expect(first).toMatchObject({ how: 'accepted', sentAs: 'content' })
    expect(infobip.sends().map(({ text }) => text)).toEqual([undefined, 'as it is'])
  })

  it('keep the form of a request that may have been taken, though the window has closed since', async () => {
    const { infobip, stage } = await stageWith(enforce)
    let openedAt: number | undefined = Date.now()
    // Taken by nobody, and nobody can tell.
    infobip.onSend = () => {
      openedAt = undefined
      return { status: 500 }
    }
    await stage.start(knowing(() => ({ window: { openedAt } })).adapt)
    await stage.send([stage.text('acme', { id: 'lost', text: 'once', fallback })])
    const [outcome] = await stage.outcomesOf(['lost'])
    expect(outcome).toMatchObject({
      how: 'rejected',
      error: { code: 'outcome_unknown' },
      advice: [{ gate: 'window', code: 'window_closed' }],
    })
    expect(infobip.sends().map(({ text }) => text)).toEqual(['once'])
  })

  it('know nothing where nothing was read, and send', async () => {
    const { infobip, stage } = await stageWith(enforce)
    await stage.start()
    await stage.send([stage.text('acme', { id: 'unread' })])
    const [outcome] = await stage.outcomesOf(['unread'])
    expect(outcome).toMatchObject({ how: 'accepted' })
    expect(outcome).not.toHaveProperty('advice')
    expect(infobip.sends()).toHaveLength(1)
  })

  it('read who has opted out from Redis before each request, also of a command that is written anew', async () => {
    const { infobip, stage } = await stageWith(enforce)
    await stage.start()
    const { id: tenant, number } = stage.tenant('acme')
    const to = uniqueNumber()
    const redis = useRedis()
    const key = consentKey({ tenant, business: number, name: to })
    const record = { source: 'command', state: 'optedOut', scope: 'all', since: Date.now() } as const
    await redis.hset(key, ...encodeConsent(record))
    await stage.send([stage.text('acme', { id: 'stopped', to })])
    const [stopped] = await stage.outcomesOf(['stopped'])
    expect(stopped).toMatchObject({ how: 'rejected', error: { code: 'opted_out', source: 'command' } })
    expect(infobip.sends()).toEqual([])
    await redis.del(key)
    await stage.send([stage.text('acme', { id: 'anew', to })])
    expect(await stage.outcomesOf(['anew'])).toMatchObject([{ how: 'accepted' }])
    expect(infobip.accepted).toEqual([messageIdOf(tenant, 'anew')])
  })

  it('refuse what waits for one who opts out meanwhile: nothing is requested later than what was open then', async () => {
    const { infobip, stage } = await stageWith(enforce)
    await stage.start()
    const { id: tenant, number } = stage.tenant('acme')
    const to = uniqueNumber()
    const content = { type: 'template', name: 'sale', language: 'en' }
    const ids = Array.from({ length: WAITING }, (_, n) => `waits-${n}`)
    await stage.send(ids.map((id) => stage.text('acme', { id, to, content, category: 'marketing' })))
    await waitUntil(() => infobip.accepted.length >= 20)
    const copy = createConsentCopy(useRedis(), { prefix: stage.topics.inbound.replace(/\.inbound$/, '') })
    const record = { source: 'whatsapp', state: 'optedOut', scope: 'marketing', since: Date.now() } as const
    await copy.put([{ tenant, business: number, name: to, record }])
    const before = infobip.sends().length
    const outcomes = await stage.outcomesOf(ids)
    // One at a time, in order: the one that was being judged may go.
    expect(infobip.sends().length).toBeLessThanOrEqual(before + 1)
    const [accepted, rejected] = [
      outcomes.filter(({ how }) => how === 'accepted'),
      outcomes.filter(({ error }) => error?.code === 'opted_out'),
    ]
    expect([accepted.length, rejected.length]).toEqual([infobip.sends().length, WAITING - infobip.sends().length])
  })

  it('that are all off read nothing', async () => {
    const { stage } = await stageWith({ window: 'off', consent: 'off', template: 'off', identity: 'off' })
    const { adapt, readings } = knowing(() => ({}))
    await stage.start(adapt)
    await stage.send([stage.text('acme', { id: 'off' })])
    expect(await stage.outcomesOf(['off'])).toMatchObject([{ how: 'accepted' }])
    expect(readings()).toBe(0)
  })

  it('answer a check alone with the whole decision', async () => {
    const { infobip, stage } = await stageWith(enforce)
    await stage.start(knowing(() => ({}), { kind: 'absent', ageMs: 7 }).adapt)
    await stage.send([stage.text('acme', { id: 'check', validateOnly: true, fallback })])
    expect(await stage.outcomesOf(['check'])).toMatchObject([
      {
        how: 'rejected',
        dryRun: true,
        error: { code: 'template_unknown' },
        decision: {
          verdict: 'reject',
          form: 'fallback',
          code: 'template_unknown',
          facts: [
            { fact: 'window', value: 'closed', ageMs: expect.any(Number) },
            { fact: 'consent', value: 'no opt-out' },
            { fact: 'template of the fallback', value: 'not there' },
            { fact: 'recipient', value: 'phone number' },
          ],
        },
      },
    ])
    expect(infobip.sends()).toEqual([])
  })

  it('refuse a fallback that is no template with its command', async () => {
    const { infobip, stage } = await stageWith({})
    await stage.start()
    await stage.send([
      stage.text('acme', { id: 'no template', fallback: { type: 'text', text: 'x' } }),
      stage.text('acme', { id: 'no value', fallback: { ...fallback, placeholders: [''] } }),
    ])
    const outcomes = await stage.outcomesOf(['no template', 'no value'])
    expect(outcomes.map(({ how, error }) => [how, error?.reason])).toEqual([
      ['rejected', expect.stringContaining('fallback')],
      ['rejected', expect.stringContaining('fallback')],
    ])
    expect(infobip.sends()).toEqual([])
  })
})
