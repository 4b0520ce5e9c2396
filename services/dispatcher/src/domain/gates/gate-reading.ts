import type { TemplateFact } from '@imchannel/facts'
import type { CustomerFacts } from '@imchannel/fact-store'

/** What was read for the gates before a request. */
export interface GateReading {
  /** Undefined where it was not asked for, or Redis did not answer. */
  readonly customer: CustomerFacts | undefined
  /** Of the forms that are templates. */
  readonly templates: Readonly<Partial<Record<FormName, TemplateFact>>>
  /** When, by the clock of the handling, ms. */
  readonly atMs: number
}

/** Which of the command's two contents. */
export type FormName = 'content' | 'fallback'

/** Facts that are older are read again: a permit may have been waited for. */
const FRESH_MS = 1_000

export function isFresh(reading: GateReading | undefined, nowMs: number): boolean {
  return reading !== undefined && nowMs - reading.atMs < FRESH_MS
}
