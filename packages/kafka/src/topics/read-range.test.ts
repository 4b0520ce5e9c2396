import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createKafkaClient } from '../kafkajs/client.ts'
import { readRange } from './read-range.ts'

test('a reading ends with its signal, although Kafka takes connections and says nothing', async () => {
  const over = new AbortController()
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy())
    socket.once('data', () => over.abort(new Error('given up')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // `as`: a server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  const client = createKafkaClient({ brokers: [`127.0.0.1:${port}`] }, { clientId: 'test', log: () => undefined })
  await expect(readRange(client, { topic: 'any', signal: over.signal }).next()).rejects.toThrow('given up')
})
