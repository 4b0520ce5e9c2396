import type { Bot } from '@imchannel/bot'
import { paintPng } from './paint-png.ts'

/** Repeats a text, sends an image to whoever asks for one, says which button was pressed, thanks for anything else. */
export function echo(bot: Bot): void {
  bot.onMessage('text', async ({ content }, reply) => {
    if (!/\b(image|picture|photo)\b/i.test(content.text)) return reply.text(`You said: ${content.text}`)
    const picture = paintPng({ width: 320, height: 200 })
    return reply.image(picture, { caption: 'Here is a picture.', filename: 'picture.png' })
  })
  bot.onMessage('buttonReply', ({ content }, reply) => reply.text(`You pressed: ${content.title}`))
  bot.onMessage((message, reply) => reply.text(`Thank you for the ${message.content.type}.`))
}
