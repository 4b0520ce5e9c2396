import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { testStack } from '@imchannel/testkit'
import { onTestFinished } from 'vitest'
import type { KafkaClient } from '../src/index.ts'
import { testClient } from './harness.ts'

/** Of the protocol's requests, those whose answers are changed here. */
export const API = { produce: 0, syncGroup: 14, initProducerId: 22 } as const

/** Changes an answer in place. `body` begins behind its correlation id. */
export type EditReply = (body: Buffer) => void

/** Before the body: the length of what follows, and the correlation id. */
const HEADER_BYTES = 8

/** A client of the test's broker whose answers to one kind of request pass through `edit`. */
export async function clientWithEditedReplies(api: number, edit: EditReply): Promise<KafkaClient> {
  const [host = '', port = ''] = testStack().brokers[0]?.split(':') ?? []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const upstream = connect(Number(port), host)
    const asked = new Set<number>()
    for (const one of [socket, upstream]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
      one.once('close', () => (one === socket ? upstream : socket).destroy())
    }
    eachFrame(socket, (frame) => {
      if (frame.readInt16BE(4) === api) asked.add(frame.readInt32BE(8))
      upstream.write(frame)
    })
    eachFrame(upstream, (frame) => {
      if (asked.delete(frame.readInt32BE(4))) edit(frame.subarray(HEADER_BYTES))
      socket.write(frame)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // `as`: a TCP server that listens has an address.
  const reached = { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  return testClient({ reach: () => reached })
}

/** Requests and answers alike begin with their length. */
function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      take(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  })
}
