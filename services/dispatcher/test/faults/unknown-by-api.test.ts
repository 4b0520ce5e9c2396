import { messageIdOf } from '@imchannel/events'
import { createLedger } from '@imchannel/ledger'
import { waitUntil } from '@imchannel/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedInfobip } from '../support/scripted-infobip.ts'
import type { ScriptedInfobip } from '../support/scripted-infobip.ts'
import { connectRedis, PATIENCE_MS, setStage } from '../support/stage.ts'
import type { Stage } from '../support/stage.ts'

/** How a text goes over each API whose sends Infobip's logs do not show unless the account says so. */
const APIS = [
  {
    api: 'whatsapp',
    path: '/whatsapp/1/message/text',
    account: {},
    command: { replyTo: { messageId: 'wamid.HBgM' } },
  },
  { api: 'messages', path: '/messages-api/1/messages', account: { api: 'messages' }, command: {} },
]

let infobip: ScriptedInfobip
let stage: Stage

beforeEach(async () => {
  infobip = await startScriptedInfobip()
})

afterEach(async () => {
  await stage[Symbol.asyncDispose]()
  await infobip.close()
})

const questions = () => infobip.requests('/omni/1/logs')
const requests = () => infobip.sends().map((request) => [request.path, request.messageId])

describe.each(APIS)('unknown outcome over $api', { timeout: PATIENCE_MS }, ({ api, path, account, command }) => {
  async function begin(more: Record<string, unknown>): Promise<string> {
    stage = await setStage({ tenants: { acme: infobip.url }, account: { ...account, ...more } })
    await stage.start()
    return messageIdOf(stage.tenant('acme').id, 'unsure')
  }

  const send = () => stage.send([stage.text('acme', { id: 'unsure', ...command })])

  it('is settled by a report alone: the logs are not asked, and nothing is sent again', async () => {
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    const messageId = await begin({ unknownAfterMs: 600_000 })
    await send()
    const redis = connectRedis()
    const ledger = createLedger(redis, { memoryMs: 60_000 })
    const { id: tenant } = stage.tenant('acme')
    await waitUntil(async () => {
      const { held } = await ledger.find(tenant, messageId)
      return held.kind === 'entry' && held.entry.state === 'unknown'
    })
    expect(stage.outcomes()).toEqual([])
    // As ingress does with every delivery or seen report.
    await ledger.findByMessageIds(tenant, [messageId], { markSeen: true })
    await redis.quit()
    expect((await stage.outcomesOf(['unsure']))[0]?.how).toBe('accepted')
    expect(requests()).toEqual([[path, messageId]])
    expect(questions()).toEqual([])
  })

  it('is settled by the logs where the account says that they show it', async () => {
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    const messageId = await begin({ unknownAfterMs: 600_000, logsCover: ['omni', api] })
    await send()
    expect((await stage.outcomesOf(['unsure']))[0]?.how).toBe('accepted')
    expect(requests()).toEqual([[path, messageId]])
    expect(questions().every(({ query }) => query.getAll('messageId').join() === messageId)).toBe(true)
    expect(questions()).not.toEqual([])
  })

  it('without either is sent again under the same id, once patience has ended and not before', async () => {
    infobip.onSend = (_, nth) => (nth === 1 ? 'drop' : undefined)
    const messageId = await begin({ unknownAfterMs: 1_500 })
    await send()
    expect((await stage.outcomesOf(['unsure']))[0]?.how).toBe('accepted')
    expect(requests()).toEqual([
      [path, messageId],
      [path, messageId],
    ])
    const [first, second] = infobip.sends()
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_400)
    expect(questions()).toEqual([])
  })
})
