import type { findOptOut as findSoundly } from '../../../packages/facts/src/consent/consent.ts'

export * from '../../../packages/facts/src/consent/consent.ts'

/** Everybody may be written to. */
export const findOptOut: typeof findSoundly = () => undefined
