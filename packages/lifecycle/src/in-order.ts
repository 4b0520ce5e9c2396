import type { Service } from './service.ts'

/**
 * Several services as one: started one after the other, stopped in reverse order.
 * A start that fails, or a stop that comes first, ends those that had begun; every one is stopped even if another's stop throws.
 */
export function inOrder(...services: readonly Service[]): Service {
  const begun: Service[] = []
  let stopping: Promise<void> | undefined

  async function start(): Promise<void> {
    for (const service of services) {
      if (stopping) throw new Error('stopped before it was started')
      begun.push(service)
      await service.start()
    }
  }

  async function stopAll(): Promise<void> {
    const failures: unknown[] = []
    for (let service = begun.pop(); service; service = begun.pop()) {
      await service.stop().catch((error: unknown) => failures.push(error))
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, 'several parts failed to stop')
  }

  return { start, stop: () => (stopping ??= stopAll()) }
}
