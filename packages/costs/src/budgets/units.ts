import { readAmount, writeAmount } from '../amounts/amount.ts'

/** Counters are whole numbers that are exact in Redis's scripts too: millionths, up to nine billion of a currency. */
const SCALE = 6

/** An amount in millionths, rounded up; undefined for what is no amount, is negative, or is more than can be counted. */
export function toUnits(text: string): number | undefined {
  const amount = readAmount(text)
  if (amount === undefined || amount.units < 0n) return undefined
  const { units, scale } = amount
  const divisor = 10n ** BigInt(Math.max(0, scale - SCALE))
  const scaled = (units * 10n ** BigInt(Math.max(0, SCALE - scale)) + divisor - 1n) / divisor
  return scaled > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(scaled)
}

/** As a decimal string, without zeros at its end. */
export function fromUnits(units: number): string {
  const text = writeAmount({ units: BigInt(units), scale: SCALE })
  return text.replace(/\.?0+$/, '')
}
