import { describe, expect, it } from 'vitest'
import {
  buildReadRequest,
  buildSendRequest,
  buildTypingRequest,
  checkSend,
  listMedia,
} from '../../src/domain/requests/index.ts'
import type { FoundMedia, SendContext } from '../../src/domain/requests/index.ts'
import { goldenCommands, goldenSend } from './golden-commands.ts'

const messageId = '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2'
const now = Date.parse('2026-01-01T00:00:00Z')
/** What an account and its sender make of a command, by what sends it in the end. */
const contexts: Readonly<Record<string, SendContext>> = {
  'account on omni': { api: 'omni', scenarioKey: 'AAAAAAAAAAAABC63903B684B3E46C5DD869', messageId, now },
  'account on omni, sender without scenario': { api: 'omni', messageId, now },
  'account on the Messages API': { api: 'messages', messageId, now },
}

/** As the media-server would serve it, under the name that it was uploaded with. */
const served = (place: number): FoundMedia => ({
  url: `https://chat.example.com/acme/imchannel/getImageMessage/${place}`,
  filename: `stored-${place}.jpg`,
})

/** Read by a person against Infobip's documents before they were written down: a change of one is to be read again. */
describe('the exact request of a golden command', () => {
  it.each(goldenCommands)('$note', async ({ note, content: shared, more }) => {
    // As it comes out of Kafka: no part of it is another part, too.
    const content = JSON.parse(JSON.stringify(shared)) as typeof shared
    const command = goldenSend({ content, ...(more === undefined ? {} : { more }) })
    const media = new Map(listMedia(content).map(({ ref }, place) => [ref, served(place)]))
    const requests = Object.entries(contexts).map(([account, context]) => {
      const refused = checkSend(command, context)
      if (refused !== undefined) return [account, { refused }]
      const { path, body } = buildSendRequest(command, context, media)
      return [account, { path, body: JSON.parse(body ?? 'null') as unknown }]
    })
    const { to, sendAt, expiresAt, callbackData, replyTo, entityId, applicationId } = command
    const said = { to, sendAt, expiresAt, callbackData, replyTo, entityId, applicationId, content }
    const text = `${JSON.stringify({ command: said, ...Object.fromEntries(requests) }, null, 2)}\n`
    await expect(text).toMatchFileSnapshot(`golden-bodies/${note.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.json`)
  })

  it('typing', () => {
    const { path, body } = buildTypingRequest(
      { type: 'imchannel.typing.start.v1', id: 'x', tenant: 'acme', from: '447860099299', to: '39123456789' },
      messageId,
    )
    expect({ path, body: JSON.parse(body ?? '') }).toEqual({
      path: '/whatsapp/1/events',
      body: {
        events: [
          {
            sender: '447860099299',
            destinations: [{ to: '39123456789', messageId }],
            content: { type: 'TYPING_INDICATOR' },
          },
        ],
      },
    })
  })

  it('mark as read', () => {
    const read = { type: 'imchannel.message.read.v1', id: 'x', tenant: 'acme', from: '447860099299' } as const
    const { method, path, body } = buildReadRequest({ ...read, messageId: 'wamid.a/b=' })
    expect({ method, path, body }).toEqual({
      method: 'POST',
      path: '/whatsapp/1/senders/447860099299/message/wamid.a%2Fb%3D/read',
      body: undefined,
    })
  })
})
