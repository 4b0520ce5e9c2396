import type { CommandInput, ImEventOf } from '@imchannel/events'
import { paintPng } from './paint-png.ts'

type Received = ImEventOf<'imchannel.message.received.v1'>
type Send = CommandInput<'imchannel.message.send.v1'>

/**
 * What the bot says to a message. The id comes from the event: the same event handled twice gives the same command, and the
 * dispatcher sends it once.
 */
export function replyTo({ id, tenant, data }: Received): Send | undefined {
  // Without the business number there is nobody to answer as.
  if (data.to === undefined) return undefined
  return { id: `echo-${id}`, tenant, from: data.to, to: data.from, content: contentFor(data.content) }
}

function contentFor(content: Received['data']['content']): Send['content'] {
  if (content.type === 'text' && /\b(image|picture|photo)\b/i.test(content.text ?? '')) {
    const base64 = paintPng({ width: 320, height: 200 }).toString('base64')
    return {
      type: 'image',
      media: { base64, contentType: 'image/png' },
      caption: 'Here is a picture.',
      filename: 'picture.png',
    }
  }
  if (content.type === 'text') return { type: 'text', text: `You said: ${content.text ?? ''}` }
  return { type: 'text', text: `Thank you for the ${content.type}.` }
}
