import { parseCommand, type ImEventOf } from '@imchannel/events'
import { describe, expect, it } from 'vitest'
import { replyTo } from './reply-to.ts'

function received(
  content: ImEventOf<'imchannel.message.received.v1'>['data']['content'],
  to: string | undefined = '447860099299',
) {
  return {
    type: 'imchannel.message.received.v1',
    id: '5a0c8a4e-0000-5000-8000-000000000001',
    tenant: 'acme',
    key: 'acme:447860099299:351927482662',
    time: '2026-01-01T00:00:00.000Z',
    data: {
      tenant: 'acme',
      channel: 'WHATSAPP',
      messageId: 'm-1',
      from: '351927482662',
      to,
      receivedAt: '2026-01-01T00:00:00.000Z',
      content,
    },
  } as ImEventOf<'imchannel.message.received.v1'>
}

function asRecord(command: unknown) {
  return {
    topic: 'imchannel.outbound',
    partition: 0,
    offset: '0',
    key: null,
    value: Buffer.from(JSON.stringify(command)),
    headers: {},
  }
}

describe('the echo bot', () => {
  it('repeats a text, under an id that the event decides', () => {
    const command = replyTo(received({ type: 'text', text: 'Oh well' }))
    expect(command).toMatchObject({
      id: 'echo-5a0c8a4e-0000-5000-8000-000000000001',
      from: '447860099299',
      to: '351927482662',
      content: { type: 'text', text: 'You said: Oh well' },
    })
    expect(replyTo(received({ type: 'text', text: 'Oh well' }))).toEqual(command)
  })

  it('sends an image to whoever asks for one, as a command that is valid', () => {
    const command = replyTo(received({ type: 'text', text: 'An image, please' }))
    expect(command?.content.type).toBe('image')
    expect(parseCommand(asRecord(command))).toMatchObject({ outcome: 'command' })
  })

  it('thanks for anything else', () => {
    expect(replyTo(received({ type: 'sticker' }))?.content).toEqual({
      type: 'text',
      text: 'Thank you for the sticker.',
    })
  })
})
