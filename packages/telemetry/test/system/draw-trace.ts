import type { RecordedSpan } from '@imchannel/testkit'

/** A trace as an indented tree, siblings by name: a line a span, with the attributes asked for and whether it failed. */
export function drawTrace(spans: readonly RecordedSpan[], attributes: readonly string[] = []): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const childrenOf = (parent: string | undefined): RecordedSpan[] =>
    spans
      .filter(({ parentSpanId: one }) => (parent === undefined ? one === undefined || !ids.has(one) : one === parent))
      .toSorted((a, b) => lineOf(a).localeCompare(lineOf(b)))
  const lineOf = (span: RecordedSpan): string =>
    [
      `${span.service}: ${span.name}`,
      ...attributes.flatMap((name) => span.attributes[name] ?? []).map(String),
      ...(attributes.length > 0 && span.failed ? ['failed'] : []),
    ].join(' ')
  const draw = (span: RecordedSpan, depth: number): string[] => [
    '  '.repeat(depth) + lineOf(span),
    ...childrenOf(span.spanId).flatMap((child) => draw(child, depth + 1)),
  ]
  return childrenOf(undefined).flatMap((root) => draw(root, 0))
}
