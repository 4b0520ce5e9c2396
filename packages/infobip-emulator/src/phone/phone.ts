import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from '../store/entities.ts'
import { pressOf, textOf } from './press.ts'

/** What a test waits for: the whole text, a pattern in it, or whatever a function says. */
export type Wanted = string | RegExp | ((message: Message) => boolean)

/** What a customer's phone can be asked and told in a test. */
export interface Phone {
  readonly number: string
  /** The customer writes; resolves with the messageId once the webhook had its first answer. */
  says(text: string): Promise<string>
  /** Sends anything that `POST /_emulator/inbound` takes, without `from`. */
  sends(content: Record<string, unknown>): Promise<string>
  /** Presses a button or a list's row, by title, of the last message that has one. */
  presses(title: string): Promise<string>
  /** Waits for a message that fits and that was not returned before. @throws NotReceived with what did arrive */
  receives(wanted: Wanted, options?: ReceiveOptions): Promise<Message>
  /** Everything on the phone, oldest first. */
  messages(): Promise<Message[]>
}

export interface PhoneOptions {
  /** The business number that it writes to. */
  sender?: string
  /** How long `receives` waits where it does not say so itself. Default 20 s. */
  timeoutMs?: number
}

export interface ReceiveOptions {
  /** Default: the phone's. */
  timeoutMs?: number
  /** How far it must have come; delivered unless given. */
  state?: 'pending' | 'delivered' | 'seen'
}

/** What a phone needs of an emulator, in process or over HTTP. */
export interface PhoneLine extends PhoneOptions {
  /** Resolves with the messageId. */
  inbound: (body: Record<string, unknown>) => Promise<string>
  messages: (customer: string) => Promise<Message[]>
}

const POLL_MS = 20
const DEFAULT_TIMEOUT_MS = 20_000
const RANK: Partial<Record<Message['state'], number>> = { pending: 1, delivered: 2, seen: 3 }

/** Raised by `receives`: what was waited for, and what came instead. */
export class NotReceived extends Error {
  constructor(number: string, wanted: string, timeoutMs: number, came: readonly Message[]) {
    const lines = came.map(({ state, bubble, error }) => {
      const why = error === undefined || error.id === 0 ? '' : ` (${error.id} ${error.name})`
      return `\n  ${state}: ${textOf(bubble) || bubble.kind}${why}`
    })
    super(
      `${number} received nothing that fits ${wanted} within ${timeoutMs} ms; it has:${lines.join('') || ' nothing'}`,
    )
    this.name = 'NotReceived'
  }
}

export function createPhone(line: PhoneLine, number: string): Phone {
  const returned = new Set<string>()
  const to = line.sender === undefined ? {} : { to: line.sender }
  const sends = (content: Record<string, unknown>): Promise<string> => line.inbound({ from: number, ...to, ...content })
  const messages = async (): Promise<Message[]> =>
    (await line.messages(number)).filter((one) => line.sender === undefined || one.sender === line.sender)
  const received = async (): Promise<Message[]> => (await messages()).filter((one) => one.direction === 'to-customer')

  return {
    number,
    says: (text) => sends({ text }),
    sends,
    messages,
    async presses(title) {
      for (const message of (await received()).toReversed()) {
        const press = pressOf(message.bubble, title)
        if (press !== undefined) return sends({ ...press, replyTo: message.messageId })
      }
      throw new Error(`${number} has no message with a button or row "${title}"`)
    },
    async receives(wanted, { timeoutMs = line.timeoutMs ?? DEFAULT_TIMEOUT_MS, state = 'delivered' } = {}) {
      const needed = RANK[state] ?? 0
      const until = performance.now() + timeoutMs
      for (;;) {
        const came = await received()
        const found = came.find((one) => !returned.has(one.id) && (RANK[one.state] ?? 0) >= needed && fits(wanted, one))
        if (found !== undefined) {
          returned.add(found.id)
          return found
        }
        if (performance.now() > until) throw new NotReceived(number, String(wanted), timeoutMs, came)
        await sleep(POLL_MS)
      }
    },
  }
}

function fits(wanted: Wanted, message: Message): boolean {
  if (typeof wanted === 'function') return wanted(message)
  const text = textOf(message.bubble)
  return typeof wanted === 'string' ? text === wanted : wanted.test(text)
}
