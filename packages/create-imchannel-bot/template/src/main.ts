import { createBot } from '@imchannel/bot'
import { answer } from './answer.ts'

const bot = createBot({
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
  tenant: process.env.BOT_TENANT ?? '{{TENANT}}',
  groupId: '{{NAME}}', // the bot's name: instances with the same one share the customers
})
answer(bot)
await bot.run(() => console.log('{{NAME}} answers')) // until SIGTERM or Ctrl-C
