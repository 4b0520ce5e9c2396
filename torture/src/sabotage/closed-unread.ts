import type { isComplete as isCompleteSoundly } from '../../../packages/facts/src/window/coverage.ts'

export * from '../../../packages/facts/src/window/coverage.ts'

/** Takes what it knows of for all that there is. */
export const isComplete: typeof isCompleteSoundly = () => true
