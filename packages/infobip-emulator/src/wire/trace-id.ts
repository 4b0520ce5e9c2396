const TRACEPARENT = /\b[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b/
const TRACE_ID = /^[0-9a-f]{32}$/

/** The trace id that the other side shows, in a request or an answer; the emulator itself never sends one. */
export function traceIdOf(headers: Record<string, string | undefined>): string | undefined {
  for (const name of ['traceparent', 'traceresponse', 'server-timing']) {
    const found = TRACEPARENT.exec(headers[name] ?? '')?.[1]
    if (found !== undefined) return found
  }
  const plain = headers['x-trace-id'] ?? headers['trace-id'] ?? ''
  return TRACE_ID.test(plain) ? plain : undefined
}
