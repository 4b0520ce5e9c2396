/** A decimal number as whole units of a power of ten, so that sums have every digit. */
interface Decimal {
  units: bigint
  /** Digits after the point. */
  scale: number
}

function parse(text: string): Decimal {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const scale = fraction.length - Number(exponent)
  const units = BigInt(sign + whole + fraction)
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 }
}

function print({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return units < 0n ? `-${text}` : text
}

/** The sum of decimal numbers, to the last digit. */
export function sum(texts: readonly string[]): string {
  const all = texts.map(parse)
  const scale = Math.max(0, ...all.map((one) => one.scale))
  const units = all.reduce((total, one) => total + one.units * 10n ** BigInt(scale - one.scale), 0n)
  return print({ units, scale })
}

export function times(text: string, factor: number): string {
  const { units, scale } = parse(text)
  return print({ units: units * BigInt(factor), scale })
}

export function isZero(text: string): boolean {
  return parse(text).units === 0n
}
