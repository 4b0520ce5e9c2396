import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts'
import { waitUntil } from './wait-until.ts'

describe('the fault proxy', () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      arrived += chunk.toString()
      socket.write(`re:${chunk.toString()}`)
    })
  })
  let proxy: FaultProxy
  let arrived = ''

  beforeEach(async () => {
    arrived = ''
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    proxy = await createFaultProxy({ port: address.port })
  })
  afterEach(async () => {
    await proxy.close()
    server.close()
  })

  const client = async (): Promise<{ socket: Socket; received: () => string; closed: () => boolean }> => {
    const socket = connect(proxy.port, '127.0.0.1')
    let received = ''
    let closed = false
    socket.on('data', (chunk) => (received += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => (closed = true))
    await waitUntil(() => !socket.connecting || closed)
    return { socket, received: () => received, closed: () => closed }
  }

  test('passes bytes both ways', async () => {
    const { socket, received } = await client()
    socket.write('a')
    await waitUntil(() => received() === 're:a')
    socket.write('b')
    await waitUntil(() => received() === 're:are:b')
    expect(proxy.connections()).toBe(1)
    expect(proxy.trips()).toBe(2)
  })

  test('cut breaks connections and refuses new ones until it is healed', async () => {
    const first = await client()
    proxy.cut()
    await waitUntil(first.closed)
    const second = await client()
    await waitUntil(second.closed)
    proxy.heal()
    const third = await client()
    third.socket.write('b')
    await waitUntil(() => third.received() === 're:b')
  })

  test('freeze holds bytes back and heal lets them go', async () => {
    const { socket, received, closed } = await client()
    socket.write('1')
    await waitUntil(() => received() === 're:1')
    proxy.freeze()
    socket.write('2')
    const other = await client()
    expect([arrived, closed(), other.closed()]).toEqual(['1', false, false])
    proxy.heal()
    await waitUntil(() => received() === 're:1re:2')
  })

  test('dropped replies leave the request with the server', async () => {
    const { socket, received, closed } = await client()
    proxy.dropReplies(4)
    socket.write('x')
    await waitUntil(closed)
    expect([arrived, received()]).toEqual(['x', ''])
  })

  test('a delayed reply arrives all the same', async () => {
    const { socket, received } = await client()
    proxy.delay(20)
    socket.write('y')
    await waitUntil(() => received() === 're:y')
  })
})
