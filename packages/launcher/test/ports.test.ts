import { createServer } from 'node:net'
import { once } from 'node:events'
import { freePorts } from '@imchannel/local-stack'
import { describe, expect, test } from 'vitest'
import { isLoopback, splitAddress } from '../src/loopback.ts'
import { readPorts } from '../src/ports.ts'
import { requireFreePort } from '../src/require-free-port.ts'

test('ports are those of the contract unless a setting moves them', () => {
  expect(readPorts({ KAFKA_PORT: '19092', REDIS_PORT: '' })).toEqual({
    INGRESS_PORT: 3001,
    DISPATCHER_PORT: 3002,
    MEDIA_PORT: 3003,
    CONSOLE_PORT: 3004,
    EMULATOR_PORT: 3010,
    BREAK_PORT: 3011,
    KAFKA_PORT: 19_092,
    REDIS_PORT: 6379,
  })
})

test.each(['0', '70000', 'x', '1.5'])('%j is no port, and the error names the setting', (text) => {
  expect(() => readPorts({ MEDIA_PORT: text })).toThrow(`MEDIA_PORT is "${text}": it must be a port`)
})

describe('a port that is taken', () => {
  test.each(['127.0.0.1', '0.0.0.0'])('on %s is an error with port, holder and setting', async (host) => {
    const [port = 0] = await freePorts(1)
    await expect(requireFreePort(port, 'ingress', 'INGRESS_PORT')).resolves.toBeUndefined()
    const server = createServer().listen(port, host)
    await once(server, 'listening')
    await expect(requireFreePort(port, 'ingress', 'INGRESS_PORT')).rejects.toThrow(
      new RegExp(
        `^Port ${port}, where ingress should be, is taken: .*\\(process ${process.pid}\\) has it.*INGRESS_PORT`,
      ),
    )
    server.close()
  })
})

test.each([
  ['127.0.0.1:9092', true, 9092],
  ['localhost:1', true, 1],
  ['[::1]:6379', true, 6379],
  ['kafka.example.com:9092', false, 9092],
  ['10.0.0.1:9092', false, 9092],
])('the address %s is loopback: %j', (address, loopback, port) => {
  const parts = splitAddress(address)
  expect([isLoopback(parts.host), parts.port]).toEqual([loopback, port])
})
