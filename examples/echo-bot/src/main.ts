import { createEchoBot } from './echo-bot.ts'

if (process.argv.includes('--help')) {
  process.stdout.write(`An example bot: echoes texts, sends an image to whoever writes "image".

  KAFKA_BROKERS   brokers, separated by commas (127.0.0.1:9092)
  BOT_TENANT      answer this tenant's customers alone (all)
  TOPIC_PREFIX    prefix of IMChannel's topics (imchannel)
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

const bot = createEchoBot({
  brokers: (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(','),
  tenant: process.env['BOT_TENANT'],
  topicPrefix: process.env['TOPIC_PREFIX'],
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void bot.stop())
await bot.start()
process.stdout.write('[echo-bot] answering\n')
