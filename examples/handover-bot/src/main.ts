import { createBot } from '@imchannel/bot'
import { createInterface } from 'node:readline'
import { answerAsPerson } from './answer-as-person.ts'
import { handover } from './handover.ts'
import { memoryDesk } from './memory-desk.ts'

const { KAFKA_BROKERS = '127.0.0.1:9092', BOT_TENANT = 'acme', TOPIC_PREFIX = 'imchannel' } = process.env
const bot = createBot({
  brokers: KAFKA_BROKERS.split(','),
  tenant: BOT_TENANT,
  topicPrefix: TOPIC_PREFIX,
  // Groups are the whole cluster's: beside another gateway it is another bot.
  groupId: `${TOPIC_PREFIX}.handover-bot`,
})
handover(memoryDesk(console.log))(bot)

// On the terminal, a person answers with a line: <conversation> <text>
let count = 0
const lines = createInterface(process.stdin)
lines.on('line', (line) => {
  const [, conversation = '', text = ''] = /^(\S+) (.+)$/.exec(line) ?? []
  const id = `${process.pid}-${Date.now()}-${count++}`
  answerAsPerson(bot, { id, conversation, text }).then(console.log, console.error)
})
await bot.run(() => console.log('[handover-bot] answering'))
lines.close()
