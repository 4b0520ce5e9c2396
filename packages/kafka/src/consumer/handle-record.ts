import type { FullOptions, HandlerContext } from './consumer-options.ts'
import type { HandleResult } from './lanes.ts'
import { runInProcessSpan } from './process-span.ts'
import type { IncomingRecord } from '../records.ts'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

/** Calls the handler in its span; never rejects. A throw is what `onFailure` makes of it, else a retry. */
export async function handleRecord(
  options: FullOptions,
  clientId: string,
  record: IncomingRecord,
  context: HandlerContext,
): Promise<HandleResult> {
  try {
    return await runInProcessSpan(record, options.groupId, clientId, () => options.handle(record, context))
  } catch (error) {
    options.emit({ kind: 'handler-failed', record, error })
    const again: HandleResult = {
      kind: 'retry',
      afterMs: Math.min(FIRST_RETRY_MS * 2 ** (context.attempt - 1), LONGEST_RETRY_MS),
    }
    try {
      return (await options.onFailure?.(error, record, context)) ?? again
    } catch (second) {
      options.emit({ kind: 'handler-failed', record, error: second })
      return again
    }
  }
}
