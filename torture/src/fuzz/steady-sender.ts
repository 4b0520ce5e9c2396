import { setTimeout as sleep } from 'node:timers/promises'
import { SENDER } from './settings.ts'

const EVERY_MS = 50
/** Longer than any deadline. */
const ANSWER_MS = 60_000

export interface SteadySender {
  /** How often each status was answered, `none` where nothing was; once all is answered. */
  stop(): Promise<Readonly<Record<string, number>>>
}

/** A known sender of its own tenant, twenty webhooks a second: what is done to others must not be its matter. */
export function startSteadySender(url: string): SteadySender {
  const answers: Record<string, number> = {}
  const over = new AbortController()

  async function send(serial: number): Promise<void> {
    const message = {
      messageId: `steady-${serial}`,
      from: '351927482662',
      to: SENDER,
      message: { type: 'TEXT', text: 'x' },
    }
    const status = await fetch(`${url}/other/imchannel/onMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ results: [message] }),
      signal: AbortSignal.timeout(ANSWER_MS),
    }).then(
      async (answer) => (await answer.arrayBuffer(), String(answer.status)),
      () => 'none',
    )
    answers[status] = (answers[status] ?? 0) + 1
  }

  async function run(): Promise<void> {
    const open: Promise<void>[] = []
    for (let serial = 0; !over.signal.aborted; serial++) {
      open.push(send(serial))
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined)
    }
    await Promise.all(open)
  }

  const running = run()
  return {
    stop: async () => {
      over.abort()
      await running
      return answers
    },
  }
}
