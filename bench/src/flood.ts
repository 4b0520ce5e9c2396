import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { authorization } from './drive.ts'
import type { WebhookBodies } from './webhook-bodies.ts'

/** What a client does that was refused: waits as it is told, or sends the next one at once. */
export type Patience = 'patient' | 'impatient'

export interface FloodOptions {
  readonly url: string
  readonly bodies: WebhookBodies
  readonly connections: number
  readonly seconds: number
  readonly patience: Patience
}

export interface Flooded {
  readonly seconds: number
  /** In ms, in order of size. */
  readonly acceptedMs: readonly number[]
  readonly refusedMs: readonly number[]
  /** Connections that broke, or had no answer. */
  readonly broken: number
}

interface Answer {
  readonly status: number
  readonly retryAfterS: number
}

/** Longer than any deadline. */
const ANSWER_MS = 15_000

/**
 * Webhooks from clients that each wait for their answer, over bare sockets: an HTTP client costs as much CPU as what is measured. All
 * of a body is sent whatever is answered meanwhile, as most clients do.
 */
export async function flood(options: FloodOptions): Promise<Flooded> {
  const { url, bodies, connections, patience } = options
  const acceptedMs: number[] = []
  const refusedMs: number[] = []
  let broken = 0
  const startedAt = performance.now()
  const endsAt = startedAt + options.seconds * 1_000
  const target = new URL(url)

  async function client(): Promise<void> {
    const socket = connect({ port: Number(target.port), host: target.hostname, noDelay: true })
    const answers = readAnswers(socket)
    while (performance.now() < endsAt) {
      const body = bodies.next()
      const sentAt = performance.now()
      socket.write(headOf(target, body.length))
      socket.write(body)
      const answer = await answers.next()
      if (answer === undefined) {
        broken++
        break
      }
      const tookMs = performance.now() - sentAt
      if (answer.status === 200) acceptedMs.push(tookMs)
      else refusedMs.push(tookMs)
      if (answer.status === 200 || patience === 'impatient') continue
      await sleep(Math.min(answer.retryAfterS * 1_000, Math.max(0, endsAt - performance.now())))
    }
    socket.destroy()
  }

  await Promise.all(Array.from({ length: connections }, client))
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    acceptedMs: acceptedMs.toSorted((a, b) => a - b),
    refusedMs: refusedMs.toSorted((a, b) => a - b),
    broken,
  }
}

function headOf({ pathname, host }: URL, length: number): string {
  return `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nAuthorization: ${authorization}\r\nContent-Length: ${length}\r\n\r\n`
}

/** Answers in their order; undefined once the connection is broken, or says nothing for too long. */
function readAnswers(socket: Socket): { next(): Promise<Answer | undefined> } {
  let text = ''
  let wake: ((answer: Answer | undefined) => void) | undefined
  socket.setTimeout(ANSWER_MS, () => socket.destroy())
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    const end = text.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (end < 0 || text.length < end + 4 + length) return
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? []
    const [, retryAfter] = /retry-after: (\d+)/i.exec(text) ?? []
    text = text.slice(end + 4 + length)
    wake?.({ status: Number(status), retryAfterS: Number(retryAfter ?? 1) })
  })
  socket.on('error', () => undefined).on('close', () => wake?.(undefined))
  return {
    next: () =>
      new Promise((resolve) => {
        if (socket.destroyed) resolve(undefined)
        else wake = resolve
      }),
  }
}

/** @param sorted in order of size */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}
