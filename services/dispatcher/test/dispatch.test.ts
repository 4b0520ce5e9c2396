import { messageIdOf } from '@imchannel/events'
import { waitUntil } from '@imchannel/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { startScriptedInfobip } from './support/scripted-infobip.ts'
import type { ScriptedInfobip } from './support/scripted-infobip.ts'
import { setStage } from './support/stage.ts'
import type { Stage } from './support/stage.ts'

let infobip: ScriptedInfobip
let stage: Stage
let logs: string[]
let url: string

beforeAll(async () => {
  infobip = await startScriptedInfobip()
  stage = await setStage({ tenants: { acme: infobip.url } })
  const dispatcher = await stage.start()
  logs = dispatcher.logs
  url = dispatcher.url
  return async () => {
    await stage[Symbol.asyncDispose]()
    await infobip.close()
  }
})

describe('the dispatcher', () => {
  it('sends a text over omni and says that it was accepted', async () => {
    const { id: tenant, number } = stage.tenant('acme')
    const command = stage.text('acme', { id: 'greeting', to: '+39 123 456 789', text: 'Oh well', callbackData: 'any' })
    await stage.send([command])
    const [outcome] = await stage.outcomesOf(['greeting'])

    const [request] = infobip.sends().filter((one) => one.text === 'Oh well')
    const messageId = messageIdOf(tenant, 'greeting')
    expect(request).toMatchObject({
      path: '/omni/1/advanced',
      authorization: `App key-of-${tenant}`,
      messageId,
      body: {
        scenarioKey: `scenario-of-${tenant}`,
        destinations: [{ messageId, to: { phoneNumber: '39123456789' } }],
        whatsApp: { text: 'Oh well' },
      },
    })
    expect(outcome).toMatchObject({
      how: 'accepted',
      commandId: 'greeting',
      tenant,
      messageId,
      from: number,
      to: '39123456789',
      callbackData: 'any',
      status: { groupId: 1, id: 26 },
      key: `${tenant}:${number}:39123456789`,
    })
    expect(logs).toContainEqual(
      expect.stringMatching(
        /^\[IMCHANNEL\] \[sendMessage\] request to \[http.*\/omni\/1\/advanced\] Data \[\{.*\}\] with api key header$/,
      ),
    )
    expect(logs).toContainEqual(
      expect.stringMatching(
        /^\[IMCHANNEL\] \[sendMessage\] response of \[http.*\/omni\/1\/advanced\]: \{"messages":\[.*$/,
      ),
    )
    expect(logs.join('\n')).not.toContain(`key-of-${tenant}`)
  })

  it('puts inline bytes where Infobip can fetch them and sends their URL', async () => {
    const { id: tenant } = stage.tenant('acme')
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const content = { type: 'image', media: { base64: png, contentType: 'image/png' }, filename: 'NFO_resized.png' }
    await stage.send([stage.text('acme', { id: 'picture', content })])
    await stage.outcomesOf(['picture'])
    const [request] = infobip.sends().filter((one) => one.messageId === messageIdOf(tenant, 'picture'))
    expect(request?.body).toMatchObject({
      whatsApp: {
        text: 'NFO_resized.png',
        imageUrl: expect.stringMatching(
          new RegExp(`^http://127.0.0.1:3003/${tenant}/imchannel/getImageMessage/[0-9a-f-]{36}$`),
        ),
      },
    })
    expect(logs).toContainEqual(expect.stringContaining('[IMCHANNEL] [sendWhatsAppImageMessage] request to ['))
  })

  it('answers a repeat with neither a request nor an event, and warns where its content differs', async () => {
    const command = stage.text('acme', { id: 'once' })
    await stage.send([
      command,
      command,
      { ...command, content: { type: 'text', text: 'another' } },
      stage.text('acme', { id: 'after' }),
    ])
    await stage.outcomesOf(['once', 'after'])
    const { id: tenant } = stage.tenant('acme')
    await waitUntil(() => logs.some((text) => text.includes('[once] comes again with another content')))
    expect(infobip.accepted.filter((id) => id === messageIdOf(tenant, 'once'))).toHaveLength(1)
    expect(stage.outcomes().filter((outcome) => outcome.commandId === 'once')).toHaveLength(1)
  })

  it('is ready while Kafka and Redis are', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })
})
