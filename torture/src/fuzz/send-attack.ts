import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { Attack, HttpAttack, Outcome, RawAttack } from './attack.ts'

/** Longer than every limit of the servers: 10 s for headers, 5 s for a webhook. */
const patienceMs = 30_000

export interface Way {
  readonly port: number
  readonly agent: Agent
}

/** Carries out one attack and says what came of it. Never rejects. */
export function sendAttack(attack: Attack, way: Way): Promise<Outcome> {
  return attack.kind === 'http' ? sendHttp(attack, way) : sendRaw(attack, way.port)
}

async function sendHttp(attack: HttpAttack, { port, agent }: Way): Promise<Outcome> {
  const { outcome, reused } = await sendOnce(attack, port, agent)
  // A kept connection may be closed by the server at the moment that it is used again: that is nobody's failure.
  return outcome.kind === 'closed' && reused ? (await sendOnce(attack, port, undefined)).outcome : outcome
}

function sendOnce(
  attack: HttpAttack,
  port: number,
  agent: Agent | undefined,
): Promise<{ outcome: Outcome; reused: boolean }> {
  const { method, path, body, chunked, headers } = attack
  return new Promise((resolve) => {
    const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) }
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: agent ?? false,
      headers: { ...headers, ...length },
    })
    const done = (outcome: Outcome): void => {
      clearTimeout(late)
      resolve({ outcome, reused: request.reusedSocket })
    }
    const late = setTimeout(() => {
      done({ kind: 'hung' })
      request.destroy()
    }, patienceMs)
    request.once('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      // The answer has begun: what is cut off is told by its status all the same.
      response.on('error', () => undefined)
      response.once('close', () => done({ kind: 'answered', status, headers, body: text }))
    })
    request.on('error', () => done({ kind: 'closed' }))
    request.end(body)
  })
}

function sendRaw({ pieces, stalls = false }: RawAttack, port: number): Promise<Outcome> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect({ host: '127.0.0.1', port })
    const late = setTimeout(() => {
      resolve({ kind: 'hung' })
      socket.destroy()
    }, patienceMs)
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearTimeout(late)
      resolve(readAnswer(text))
    })
    // Each in a packet of its own, as far as the system lets it.
    socket.setNoDelay(true)
    for (const piece of pieces) socket.write(piece)
    if (!stalls) socket.end()
  })
}

function readAnswer(text: string): Outcome {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(first) ?? []
  if (status === undefined) return { kind: 'closed' }
  if (status === '100') return readAnswer(rest.join('\r\n\r\n'))
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { kind: 'answered', status: Number(status), headers: Object.fromEntries(headers), body: rest.join('\r\n\r\n') }
}
