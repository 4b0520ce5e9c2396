import type { TemplateFact } from '@imchannel/facts'
import type { CustomerFacts } from '@imchannel/fact-store'

/** What budgets have counted, as it was read before a request. */
export interface BudgetReading {
  /** False while counts are being made anew. */
  readonly isSound: boolean
  readonly counts: readonly {
    readonly budget: string
    readonly scope: string
    readonly period: string
    /** Messages, or millionths of the currency. */
    readonly used: number
    /** This message is in it. */
    readonly isHeld: boolean
  }[]
  /** Messages since the customer wrote, without this one; of use where all that it wrote was heard of. */
  readonly unanswered: number
  readonly isHeardOf: boolean
  /** By whichever clock its periods were told, epoch ms. */
  readonly readAt: number
}

/** What was read for the gates before a request. */
export interface GateReading {
  /** Undefined where it was not asked for, or Redis did not answer. */
  readonly customer: CustomerFacts | undefined
  /** Of the forms that are templates. */
  readonly templates: Readonly<Partial<Record<FormName, TemplateFact>>>
  /** Undefined where the number has no budgets, or they are off. */
  readonly budgets?: BudgetReading | undefined
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
