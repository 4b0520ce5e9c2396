import { createBot } from '@imchannel/bot'
import { menu } from './menu.ts'

const { KAFKA_BROKERS = '127.0.0.1:9092', BOT_TENANT = 'acme', TOPIC_PREFIX = 'imchannel' } = process.env
const bot = createBot({
  brokers: KAFKA_BROKERS.split(','),
  tenant: BOT_TENANT,
  topicPrefix: TOPIC_PREFIX,
  // Groups are the whole cluster's: beside another gateway it is another bot.
  groupId: `${TOPIC_PREFIX}.menu-bot`,
})
menu(bot)
await bot.run(() => console.log('[menu-bot] answering'))
