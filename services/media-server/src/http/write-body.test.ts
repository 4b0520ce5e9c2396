import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@imchannel/testkit'
import { endBody } from './write-body.ts'

/** More than what the system takes of a connection whose client does not read. */
const BYTES = 64 * 1024 * 1024

const server = createServer()
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

/** Two answers on one connection, both ended with what its client does not read yet: the second waits for its turn. */
async function endTwo(): Promise<{ client: Socket; responses: ServerResponse[]; written: number[] }> {
  const responses: ServerResponse[] = []
  const written: number[] = []
  const onRequest = (_: unknown, response: ServerResponse): void => {
    const index = responses.push(response)
    endBody(response, Buffer.alloc(BYTES), () => written.push(index))
  }
  server.removeAllListeners('request').on('request', onRequest)
  const { port } = server.address() as AddressInfo // a TCP server has no pipe name
  const client = connect(port, '127.0.0.1').pause()
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await waitUntil(() => responses.length === 2)
  return { client, responses, written }
}

test('bytes are written when the system has taken them, in their turn', async () => {
  const { client, responses, written } = await endTwo()
  expect(written).toEqual([])
  client.resume()
  await Promise.all(responses.map((response) => once(response, 'close')))
  expect(written).toEqual([1, 2])
})

test('bytes are not known to be written where the connection broke', async () => {
  const { client, responses, written } = await endTwo()
  const closed = Promise.all(responses.map((response) => once(response, 'close')))
  client.destroy()
  await closed
  expect(written).toEqual([])
})
