/**
 * An amount of money as its digits: `units` of ten to the power of minus `scale`. Two amounts of one value may differ in their scale:
 * `0.021` and `0.021000` are as Infobip wrote them.
 */
export interface Amount {
  readonly units: bigint
  readonly scale: number
}

export const noAmount: Amount = { units: 0n, scale: 0 }

const PATTERN = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/** Reads a decimal number as JSON and people write it: `0`, `-0.021000`, `1e-7`. Anything else is undefined, never zero. */
export function readAmount(text: string): Amount | undefined {
  const match = PATTERN.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = '', exponent = '0'] = match
  const units = BigInt(whole + fraction)
  const scale = fraction.length - Number(exponent)
  return scale < 0 ? { units: units * power(-scale), scale: 0 } : { units, scale }
}

/** Without an exponent, and with as many digits behind the point as the scale says. */
export function writeAmount({ units, scale }: Amount): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const sign = units < 0n ? '-' : ''
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-scale)}`
}

/** Exact, with the longer of both fractions. */
export function add(one: Amount, other: Amount): Amount {
  const scale = Math.max(one.scale, other.scale)
  return { units: unitsAt(one, scale) + unitsAt(other, scale), scale }
}

export function subtract(one: Amount, other: Amount): Amount {
  return add(one, { ...other, units: -other.units })
}

export function isZero({ units }: Amount): boolean {
  return units === 0n
}

/** Below, at or above zero, as sorting wants it. */
export function compareAmounts(one: Amount, other: Amount): number {
  const { units } = subtract(one, other)
  return units === 0n ? 0 : units < 0n ? -1 : 1
}

function unitsAt({ units, scale }: Amount, wanted: number): bigint {
  return units * power(wanted - scale)
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}
