import type { Bot, Message } from '@imchannel/bot'
import type { Desk } from './desk.ts'

/** Answers by itself until the customer asks for a person; then people at a desk do, until the customer takes the bot back. */
export function handover(desk: Desk): (bot: Bot) => void {
  return (bot) => {
    bot.onMessage(async (message, reply) => {
      const { conversation, id } = message
      const text = textOf(message)
      if (await desk.isWithPerson(conversation)) {
        if (/^bot$/i.test(text.trim())) {
          await desk.takeBack(conversation)
          return reply.text('You are with the bot again. What can I do?')
        }
        // A person answers; the bot only marks the message as read when it is on the desk.
        await desk.show({ id, conversation, text })
        return reply.read()
      }
      if (/\b(person|human|agent)\b/i.test(text)) {
        await desk.handOver({ conversation, customer: message.from, name: message.contact?.name, said: text })
        return reply.text('I have called a colleague, who will answer here. Write "bot" to come back to me.')
      }
      return reply.text(`I am a bot, and I have understood: ${text}. Ask for a person if I am of no use.`)
    })
  }
}

function textOf({ content }: Message): string {
  return 'text' in content && content.text !== undefined ? content.text : `(${content.type})`
}
