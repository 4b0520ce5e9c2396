import { setTimeout as sleep } from 'node:timers/promises'
import { uniqueName } from '@imchannel/testkit'
import { post, textMessage, webhookOf } from './webhooks.ts'

export interface SteadySender {
  /** Ids of all that was sent. */
  readonly ids: readonly string[]
  /** How often each status was answered; 0 where the connection broke. */
  readonly statuses: ReadonlyMap<number, number>
  /** Of the answers, in ms, in order of size. */
  latencies(): number[]
  stop(): Promise<void>
}

/** Sends a webhook every 50 ms on a schedule of its own, however long the answers take. */
export function startSteadySender(url: string, tenant: string): SteadySender {
  const ids: string[] = []
  const statuses = new Map<number, number>()
  const latencies: number[] = []
  const over = new AbortController()

  async function send(id: string): Promise<void> {
    const startedAt = performance.now()
    const status = await post(url, webhookOf(textMessage(id)), { tenant }).then(
      async (answer) => (await answer.arrayBuffer(), answer.status),
      () => 0,
    )
    latencies.push(performance.now() - startedAt)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }

  async function run(): Promise<void> {
    const open: Promise<void>[] = []
    while (!over.signal.aborted) {
      const id = uniqueName('steady')
      ids.push(id)
      open.push(send(id))
      await sleep(50, undefined, { signal: over.signal }).catch(() => undefined)
    }
    await Promise.all(open)
  }

  const running = run()
  return {
    ids,
    statuses,
    latencies: () => latencies.toSorted((a, b) => a - b),
    stop: () => {
      over.abort()
      return running
    },
  }
}
