import { createBot } from '@imchannel/bot'
import { assistant } from './assistant.ts'
import { chatCompletions } from './chat-completions.ts'

const { MODEL_URL, MODEL_NAME, MODEL_API_KEY } = process.env
if (MODEL_URL === undefined || MODEL_NAME === undefined) {
  console.error('Set MODEL_URL (https://…/v1) and MODEL_NAME, and MODEL_API_KEY if the server wants one.')
  process.exit(1)
}
const model = chatCompletions({
  baseUrl: MODEL_URL,
  model: MODEL_NAME,
  apiKey: MODEL_API_KEY,
  instructions:
    'You are a friendly assistant on WhatsApp. Answer in at most three sentences, in the language of the customer.',
})

const { KAFKA_BROKERS = '127.0.0.1:9092', BOT_TENANT = 'acme', TOPIC_PREFIX = 'imchannel' } = process.env
const bot = createBot({
  brokers: KAFKA_BROKERS.split(','),
  tenant: BOT_TENANT,
  topicPrefix: TOPIC_PREFIX,
  // Groups are the whole cluster's: beside another gateway it is another bot.
  groupId: `${TOPIC_PREFIX}.assistant-bot`,
  turns: 'latest',
})
assistant({ model, onlyText: 'I can only read text. What is it about?' })(bot)
await bot.run(() => console.log('[assistant-bot] answering'))
