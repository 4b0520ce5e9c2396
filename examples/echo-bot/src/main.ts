import { createBot } from '@imchannel/bot'
import { echo } from './echo.ts'
import { serveHealth } from './health.ts'

if (process.argv.includes('--help')) {
  process.stdout.write(`An example bot: echoes texts, sends an image to whoever writes "image".

  KAFKA_BROKERS   brokers, separated by commas (127.0.0.1:9092)
  BOT_TENANT      answer this tenant's customers alone (all)
  TOPIC_PREFIX    prefix of IMChannel's topics (imchannel)
  HEALTH_PORT     answers 200 there once customers are answered (nowhere)
  OTEL_EXPORTER_OTLP_ENDPOINT   where spans go (nowhere)
`)
  process.exit(0)
}

if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) {
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  process.env['OTEL_SERVICE_NAME'] ??= 'echo-bot'
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none'
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none'
  const sdk = new NodeSDK({ instrumentations: [] })
  sdk.start()
  process.once('beforeExit', () => void sdk.shutdown())
}

const { KAFKA_BROKERS = '127.0.0.1:9092', BOT_TENANT: tenant, TOPIC_PREFIX: topicPrefix, HEALTH_PORT } = process.env
const health = HEALTH_PORT === undefined ? undefined : serveHealth(Number(HEALTH_PORT))
const bot = createBot({
  brokers: KAFKA_BROKERS.split(','),
  // Groups are the whole cluster's: beside another gateway it is another bot.
  groupId: topicPrefix === undefined ? 'echo-bot' : `${topicPrefix}.echo-bot`,
  outcomes: false,
  ...(tenant === undefined ? {} : { tenant }),
  ...(topicPrefix === undefined ? {} : { topicPrefix }),
})
echo(bot)
await bot.run(() => {
  health?.ready()
  process.stdout.write('[echo-bot] answering\n')
})
