import type { BotRecord, BotTransport, OutgoingBotRecord, Subscription } from '../transport.ts'

/** A transport without Kafka: what a bot writes is in `written`, what it is to read is given to `deliver`. */
export interface MemoryTransport extends BotTransport {
  readonly written: readonly OutgoingBotRecord[]
  /** Resolves when the bot is done with the record. */
  deliver(record: Omit<BotRecord, 'partition' | 'offset'>): Promise<void>
}

export function memoryTransport(): MemoryTransport {
  const written: OutgoingBotRecord[] = []
  const abort = new AbortController()
  const atWork = new Set<Promise<void>>()
  let subscription: Subscription | undefined
  let offset = 0
  return {
    written,
    start: async (given) => {
      subscription = given
      given.assigned([0])
    },
    publish: async (records) => {
      written.push(...records)
    },
    deliver: async (record) => {
      if (subscription === undefined) throw new Error('the bot was not started')
      const handled = subscription.handle({ ...record, partition: 0, offset: String(offset++) }, abort)
      atWork.add(handled)
      await handled.finally(() => atWork.delete(handled))
    },
    stop: async ({ drainMs }) => {
      const timer = setTimeout(() => abort.abort(new Error('the time to stop is over')), drainMs)
      await Promise.allSettled(atWork)
      clearTimeout(timer)
    },
  }
}
