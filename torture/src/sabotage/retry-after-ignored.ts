import { breakDispatcher } from './broken-dispatcher.ts'

/** Hears that it is too much, and not for how long. */
export const createDispatcher = breakDispatcher(({ attempt }) => ({
  attempt: async (...args) => {
    const answer = await attempt(...args)
    return answer.kind === 'throttled' ? { kind: 'throttled', retryAfterMs: 0 } : answer
  },
}))
