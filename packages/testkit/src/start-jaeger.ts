import type { SpanStore } from './recorded-span.ts'
import { stackKind } from './stack-kind.ts'
import { startJaegerProcess } from './start-jaeger-process.ts'

/** Whether `startJaeger` gives one. */
export function hasJaeger(): boolean {
  return stackKind() === 'containers' || Boolean(process.env['JAEGER_BIN'])
}

/** A Jaeger of the test's own: of its image where the stack is containers, else `JAEGER_BIN`; undefined where there is neither. */
export async function startJaeger(): Promise<SpanStore | undefined> {
  if (stackKind() === 'containers') {
    const { startJaegerContainer } = await import('./containers/start-jaeger-container.ts')
    return startJaegerContainer()
  }
  const binary = process.env['JAEGER_BIN']
  return binary ? startJaegerProcess(binary) : undefined
}
