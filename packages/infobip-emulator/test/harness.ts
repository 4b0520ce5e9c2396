import { onTestFinished } from 'vitest'
import { createEmulator, type Emulator } from '../src/emulator.ts'
import type { EmulatorOptions } from '../src/settings.ts'
import { createReceiver, type Receiver } from './receiver.ts'

export const NUMBER = '447860099299'
export const SCENARIO = 'AAAAAAAAAAAAABC63903B684B3E46C5DD869'
export const CUSTOMER = '351927482662'

/** Nothing waits so long but on a machine that is busy. */
const PATIENCE_MS = 30_000

export interface Answer {
  status: number
  headers: Headers
  body: any // oxlint-disable-line typescript/no-explicit-any -- answers of every shape, looked at field by field
}

export interface Harness {
  emulator: Emulator
  receiver: Receiver
  call: (method: string, path: string, body?: unknown, key?: string) => Promise<Answer>
  /** An omni send to the customer. */
  omni: (whatsApp: Record<string, unknown>, more?: Record<string, unknown>) => Promise<Answer>
  /** A send by one of the whatsapp paths. */
  whatsapp: (kind: string, content: unknown, more?: Record<string, unknown>) => Promise<Answer>
  control: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** Waits for a fact. */
  until: <T>(fact: () => T | undefined | false) => Promise<T>
}

/** An emulator whose webhooks go to a receiver of its own; both end with the test. Reports come at once unless told otherwise. */
export async function start(options: EmulatorOptions = {}): Promise<Harness> {
  const receiver = await createReceiver()
  const emulator = await createEmulator({
    ...options,
    webhooks: { baseUrl: receiver.url, ...options.webhooks },
    behaviour: { deliverAfterMs: 0, seenAfterMs: 0, logsLagMs: 0, ...options.behaviour },
  })
  onTestFinished(async () => {
    await emulator.stop()
    await receiver.stop()
  })
  const call: Harness['call'] = async (method, path, body, key = 'demo-api-key') => {
    const response = await fetch(emulator.url + path, {
      method,
      headers: { authorization: `App ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    let parsed: unknown = text
    try {
      parsed = JSON.parse(text)
    } catch {
      // Not every answer is JSON, and some tests are about that.
    }
    return { status: response.status, headers: response.headers, body: parsed }
  }
  return {
    emulator,
    receiver,
    call,
    omni: (whatsApp, { messageId, to = { phoneNumber: CUSTOMER }, ...more } = {}) =>
      call('POST', '/omni/1/advanced', {
        scenarioKey: SCENARIO,
        destinations: [{ to, ...(messageId === undefined ? {} : { messageId }) }],
        whatsApp,
        ...more,
      }),
    whatsapp: (kind, content, more = {}) =>
      call('POST', `/whatsapp/1/message/${kind}`, {
        from: NUMBER,
        to: CUSTOMER,
        ...(content === undefined ? {} : { content }),
        ...more,
      }),
    control: (method, path, body) => call(method, `/_emulator/${path}`, body),
    async until(fact) {
      const end = performance.now() + PATIENCE_MS
      for (;;) {
        const found = fact()
        if (found !== undefined && found !== false) return found
        if (performance.now() > end) throw new Error(`this did not come true: ${fact.toString()}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  }
}
