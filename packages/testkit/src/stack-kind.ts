/** Where Kafka, Redis, Jaeger and the services of a test come from: this checkout, or images. */
export type StackKind = 'local' | 'containers'

/** `TEST_STACK`; `npm run test:containers` sets it. */
export function stackKind(): StackKind {
  const { TEST_STACK = 'local' } = process.env
  if (TEST_STACK === 'local' || TEST_STACK === 'containers') return TEST_STACK
  throw new Error(`TEST_STACK is "${TEST_STACK}": it is local or containers`)
}
