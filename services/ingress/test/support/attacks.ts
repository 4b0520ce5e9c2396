import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { authorization } from './start-ingress.ts'

/** A request on a socket of its own, written by hand. */
async function open(url: string, head: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

/** The status of the first answer on the socket; 0 where it ends without one. */
export async function statusOf(socket: Socket): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  let text = ''
  socket
    .on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? []
      if (status !== undefined) resolve(Number(status))
    })
    .once('close', () => resolve(0))
  return await promise
}

/** Also where the server has cut it: what was answered tells. */
async function drained(socket: Socket): Promise<void> {
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined)
}

const wrongSignature = `X-Signature: ${'0'.repeat(64)}`

export function signed(secret: string, body: string | Buffer): Record<string, string> {
  return { 'x-signature': createHmac('sha256', secret).update(body).digest('hex'), authorization: '' }
}

function headOf(tenant: string, ...headers: readonly string[]): string[] {
  return [`POST /${tenant}/imchannel/webhook HTTP/1.1`, 'Host: x', 'Content-Type: application/json', ...headers]
}

/** A body of an unknown sender in chunks of one byte. */
export async function tinyChunks(url: string, tenant: string, count: number): Promise<number> {
  const socket = await open(url, headOf(tenant, wrongSignature, 'Transfer-Encoding: chunked'))
  const status = statusOf(socket)
  const some = Buffer.from('1\r\nx\r\n'.repeat(10_000))
  for (let sent = 0; sent < count && socket.writable; sent += 10_000) {
    if (!socket.write(some)) await drained(socket)
  }
  const answered = await status
  socket.destroy()
  return answered
}

/** A body of an unknown sender that stops in the middle; resolves once so much of it is sent. */
export async function stalledBody(url: string, tenant: string, bytes: number): Promise<Socket> {
  const socket = await open(url, headOf(tenant, wrongSignature, `Content-Length: ${bytes + 1_048_576}`))
  if (!socket.write(Buffer.alloc(bytes, 'x'))) await drained(socket)
  return socket
}

/** Results of no size: some two thousand of them for each byte that is sent. */
export function bombOfResults(count: number): Buffer {
  return gzipSync(`{"results":[${'0,'.repeat(count - 1)}0]}`)
}

/** Nothing but white space in 32 MiB. */
export const bombOfSpace = gzipSync(Buffer.alloc(32 * 1024 * 1024 - 16, ' '))

export const compressed = { 'content-encoding': 'gzip', authorization }

export const wronglySigned = { 'x-signature': '0'.repeat(64), 'content-encoding': 'gzip', authorization: '' }
