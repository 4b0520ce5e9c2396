// What a team writes in an afternoon: express, and one kafkajs send() a request.
import express from 'express'
import { Kafka } from 'kafkajs'

const prefix = process.env.PREFIX ?? 'imchannel'
const kafka = new Kafka({
  clientId: 'naive-ingress',
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
})
const producer = kafka.producer()
await producer.connect()

const app = express()
app.use(express.json({ limit: '32mb' }))
app.post('/:tenant/imchannel/:kind', async (request, response) => {
  const { tenant } = request.params
  const messages = request.body.results.map((result) => ({
    key: `${tenant}:${result.to}:${result.from}`,
    value: JSON.stringify({
      tenant,
      channel: 'WHATSAPP',
      messageId: result.messageId,
      from: result.from,
      to: result.to,
      receivedAt: result.receivedAt,
      contact: result.contact,
      content: { type: 'text', text: result.message.text },
      original: result,
    }),
    headers: {
      ce_specversion: '1.0',
      ce_id: result.messageId,
      ce_source: `/imchannel/${tenant}`,
      ce_type: 'imchannel.message.received.v1',
      ce_subject: result.messageId,
      'content-type': 'application/json',
    },
  }))
  await producer.send({ topic: `${prefix}.inbound`, messages, acks: -1 })
  response.json({})
})
app.listen(Number(process.env.PORT ?? 3903), '127.0.0.1')
