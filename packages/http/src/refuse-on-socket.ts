import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemBody, type Problem } from './send-problem.ts'

/** For the answer to arrive, and for what the client is still sending to be read: a reset would take the answer with it. */
const LINGER_MS = 1_000

/** Answers where there is no response to write to, and ends the connection also where the client keeps its half open. */
export function refuseOnSocket(socket: Duplex, problem: Problem): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = problemBody(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    ...Object.entries(problem.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ]
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  socket
    .on('error', () => undefined)
    .once('close', () => clearTimeout(cut))
    .resume()
    .end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
}
