import * as fc from 'fast-check'

/** What may stand in a header: Node's client refuses the rest, which raw attacks send. */
const headerText = fc
  .string({ maxLength: 60, unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) })
  .map((text) => text.replaceAll('\u007f', ''))

const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((ip) => `${ip}:1`),
  fc.constantFrom('unknown', '', '::ffff:1.2.3.4'),
)

/** Headers that any request may have. */
const any: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.array(addresses, { maxLength: 4 }).map((hops) => ({ 'x-forwarded-for': hops.join(', ') })),
  },
  { weight: 1, arbitrary: headerText.map((text) => ({ traceparent: text })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: `a=${'b'.repeat(2_000)}` },
      { baggage: 'k=v,'.repeat(500) },
      { expect: '100-continue' },
      { accept: '*/*;q=NaN', 'accept-encoding': 'br;q=-1' },
      { cookie: '__proto__=1; a="' },
      { upgrade: 'websocket', connection: 'upgrade' },
      { 'user-agent': '${jndi:ldap://127.0.0.1/x}' },
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 200 }).map((count) => manyHeaders(count)) },
)

/** One of the values that are expected, or anything at all. */
export function mostly(usual: string, others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(usual, ...others) },
    { weight: 1, arbitrary: headerText },
  )
}

/** These headers, each left out now and then, and others. */
export function hostileHeaders(
  own: Readonly<Record<string, fc.Arbitrary<string>>>,
): fc.Arbitrary<Record<string, string>> {
  const parts = Object.fromEntries(
    Object.entries(own).map(([name, value]) => [name, fc.option(value, { freq: 12, nil: undefined })]),
  )
  return fc.tuple(fc.record(parts), any).map(([given, more]) => ({
    ...Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    ...more,
  }))
}

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_none, index) => [`x-many-${index}`, `${index}`]))
}
