import { uniqueName, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

describe('the running service', { timeout: PATIENCE_MS }, () => {
  it('counts what it does, without any number or message in a label', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { id: tenant, number } = stage.tenant('acme')
    const service = await stage.spawn()
    await stage.send([
      stage.text('acme', { id: 'counted' }),
      stage.text('acme', { id: 'counted' }),
      { ...stage.text('acme', { id: 'refused' }), from: '4400000000' },
      'not json',
    ])
    await stage.outcomesOf(['counted', 'refused'])
    const lines = [
      `imchannel_commands_repeated_total{tenant="${tenant}"`,
      `imchannel_commands_ended_total{tenant="${tenant}",outcome="accepted",code="none",class="notification"} 1`,
      `imchannel_commands_ended_total{tenant="${tenant}",outcome="rejected",code="unknown_sender",class="notification"} 1`,
      `imchannel_dead_letters_total{tenant="-",code="unreadable"} 1`,
      `imchannel_account_unwell{tenant="${tenant}",account="127.0.0.1:`,
      'imchannel_send_attempts_total{',
      'imchannel_send_duration_seconds_bucket{',
      'imchannel_command_accepted_duration_seconds_bucket{',
      'imchannel_limiter_wait_duration_seconds_bucket{',
      'imchannel_consumer_lag{',
      'imchannel_consumer_oldest_unfinished_seconds{',
      'imchannel_lanes{',
      'imchannel_configuration_info{checksum="',
    ]
    const text = await waitUntil(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text()
      // All at once: each of the four commands is counted when its own handling ends.
      expect(lines.filter((line) => !metrics.includes(line))).toEqual([])
      return metrics
    })
    expect(text).not.toContain(number)
  })

  it('says who is parked and why, until nobody is', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { id: tenant, number } = stage.tenant('acme')
    let down = true
    infobip.onSend = () => (down ? { status: 401 } : undefined)
    infobip.onOther = () => (down ? { status: 401 } : undefined)
    const service = await stage.spawn()
    const commands = Array.from({ length: 5 }, (_, at) => stage.text('acme', { id: `parked-${at}` }))
    await stage.send(commands)
    const metrics = async (): Promise<string[]> =>
      (await (await fetch(`${service.url}/metrics`)).text())
        .split('\n')
        .filter((line) => !line.startsWith('#') && line.includes(`tenant="${tenant}"`))
    const parked = await waitUntil(
      async () => {
        const lines = await metrics()
        const counted = `imchannel_commands_parked_total{tenant="${tenant}",reason="key-refused"} 5`
        return lines.includes(counted) ? lines.filter((line) => line.startsWith('imchannel_tenant_parked')) : undefined
      },
      { timeoutMs: 120_000, what: 'five parked commands' },
    )
    expect(parked).toHaveLength(1)
    expect(parked[0]).toMatch(
      /account="127\.0\.0\.1:\d+",topic="[^"]+\.outbound",partition="0",reason="key-refused"\} 1$/,
    )
    expect(parked[0]).not.toContain(number)

    down = false
    await stage.outcomesOf(commands.map(({ id }) => String(id)))
    await waitUntil(async () => !(await metrics()).some((line) => line.startsWith('imchannel_tenant_parked')), {
      timeoutMs: 60_000,
      what: 'nobody parked any more',
    })
  })

  it('takes up a new tenant, lets a removed one go and logs as it is told, without a restart', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const service = await stage.spawn()
    const added = uniqueName('added')
    const { id: removed } = stage.tenant('acme')
    await stage.send([stage.text('acme', { id: 'before' })])
    await stage.outcomesOf(['before'])
    stage.configure((config) => {
      const tenant = config.tenants[removed]
      if (tenant !== undefined) config.tenants[added] = tenant
      delete config.tenants[removed]
      config['logs'] = { format: 'json' }
    })
    const from = stage.tenant('acme').number
    // Tried until the change is taken up: each try is a command of its own.
    let tries = 0
    await waitUntil(async () => {
      const id = `gone-${tries++}`
      await stage.send([stage.text('acme', { id })])
      const [outcome] = await stage.outcomesOf([id])
      return outcome?.error?.code === 'unknown_tenant'
    })
    await stage.send([{ ...stage.text('acme', { id: 'new' }), tenant: added, from }])
    expect((await stage.outcomesOf(['new']))[0]).toMatchObject({ how: 'accepted', tenant: added })
    await waitUntil(() => /^\{.*"service":"dispatcher".*\}$/m.test(service.output()))
  })
})

describe('a topic that keeps commands for less than they may wait', { timeout: PATIENCE_MS }, () => {
  it('is refused at start, by its name', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      settings: { maxAge: '2d' },
      outboundConfig: { 'retention.ms': '86400000' },
    })
    await expect(stage.start()).rejects.toThrow(`${stage.topics.outbound} (86400000 ms)`)
  })
})
