import type { Bot } from '@imchannel/bot'

/** What the bot says. The test gives it a bot without Kafka. */
export function answer(bot: Bot): void {
  bot.onMessage('text', async (message, reply) => {
    await reply.buttons(`You wrote "${message.content.text}". Tea or coffee?`, ['Tea', 'Coffee'])
  })
  bot.onMessage('buttonReply', async (message, reply) => {
    await reply.text(`${message.content.title} it is.`)
  })
  bot.onMessage(async (message, reply) => {
    await reply.text(`Thank you for the ${message.content.type}.`)
  })
}
