import { freePorts } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import { expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'

it(
  'unsent: what never left is tried again, without a question about it, and is one request once Infobip listens',
  { timeout: PATIENCE_MS },
  async () => {
    const [port = 0] = await freePorts(1)
    const stage = await useStage({ tenants: { acme: `http://127.0.0.1:${port}` } })
    let tries = 0
    await stage.start((parts) => ({
      ...parts,
      attempt: (...given) => {
        tries++
        return parts.attempt(...given)
      },
    }))
    await stage.send([stage.text('acme', { id: 'patient' })])
    await waitUntil(() => tries >= 2)
    expect(stage.outcomes()).toEqual([])
    const infobip = await useInfobip(port)
    expect((await stage.outcomesOf(['patient']))[0]?.how).toBe('accepted')
    expect(infobip.sends()).toHaveLength(1)
    expect(infobip.requests('/omni/1/logs')).toEqual([])
  },
)
