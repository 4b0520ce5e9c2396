import { Agent, request } from 'node:http'
import { authorization } from './drive.ts'

/** Posts one webhook after the other without waiting for answers: what becomes of them is seen elsewhere. */
export interface Poster extends Disposable {
  post(body: Buffer): void
}

export function createPoster(url: string): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  return {
    post(body) {
      const headers = { 'content-type': 'application/json', authorization, 'content-length': body.length }
      const sent = request(url, { method: 'POST', agent, headers }, (response) => response.resume())
      sent.on('error', () => undefined).end(body)
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}
