import { messageIdOf } from '@imchannel/events'
import { createLedger } from '@imchannel/ledger'
import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'

const DAY_MS = 24 * 3_600_000

describe('what may have been delivered', { timeout: PATIENCE_MS }, () => {
  it.each(['reject', 'resend'])('is never called expired (onUnknown: %s)', async (onUnknown) => {
    const infobip = await useInfobip()
    const account = { unknownAfterMs: 3_000, onUnknown }
    const stage = await useStage({ tenants: { acme: infobip.url }, account })
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    await stage.start()
    // Sent by the WhatsApp API, of which the logs show nothing.
    const expiresAt = new Date(Date.now() + 2_500).toISOString()
    await stage.send([stage.text('acme', { id: 'quoted', replyTo: { messageId: 'wamid.1' }, expiresAt })])
    const [outcome] = await stage.outcomesOf(['quoted'])
    expect(outcome).toMatchObject({ how: 'rejected', error: { code: 'outcome_unknown' } })
    expect(outcome?.error?.reason).toContain('expiresAt')
    expect(infobip.accepted).toHaveLength(1)
  })

  it('and is known to be from a report ends as accepted, though its tenant was removed', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'hang'
    }
    const first = await stage.spawn()
    await stage.send([stage.text('acme', { id: 'reported' })])
    await waitUntil(() => infobip.accepted.length === 1)
    const { id: tenant } = stage.tenant('acme')
    // As ingress does with the delivery report.
    const ledger = createLedger(useRedis(), { memoryMs: 600_000 })
    await ledger.findByMessageIds(tenant, [messageIdOf(tenant, 'reported')], { markSeen: true })
    await first.kill()
    stage.configure((config) => {
      delete config.tenants[tenant]
    })
    await stage.start()
    expect((await stage.outcomesOf(['reported']))[0]?.how).toBe('accepted')
  })

  it('and was given up is marked by a late report, and not sent again by a replay', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      account: { unknownAfterMs: 1_000, onUnknown: 'reject' },
    })
    infobip.logsShow = () => false
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    await stage.start()
    await stage.send([stage.text('acme', { id: 'late' })])
    expect((await stage.outcomesOf(['late']))[0]?.error?.code).toBe('outcome_unknown')
    const { id: tenant } = stage.tenant('acme')
    const messageId = messageIdOf(tenant, 'late')
    const ledger = createLedger(useRedis(), { memoryMs: 600_000 })
    await ledger.findByMessageIds(tenant, [messageId], { markSeen: true })
    expect(await ledger.clearRejected(tenant, [messageId])).toMatchObject({ cleared: [], kept: [messageId] })
  })
})

describe('a dispatcher whose clock is a day ahead', { timeout: PATIENCE_MS }, () => {
  it('expires nothing, says so, and goes on once it is right', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, settings: { maxAge: '1h' } })
    const skew = `const { now } = Date; let ahead = ${DAY_MS}; Date.now = () => now() + ahead; process.on('SIGUSR2', () => (ahead = 0))`
    const dispatcher = await stage.spawn({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(skew)}`,
    })
    await stage.send([stage.text('acme', { id: 'early' })])
    await dispatcher.line(/clock is 86400 s ahead of Redis/)
    expect(stage.outcomes()).toEqual([])
    process.kill(dispatcher.pid, 'SIGUSR2')
    expect((await stage.outcomesOf(['early']))[0]?.how).toBe('accepted')
  })
})
