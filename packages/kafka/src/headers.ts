import type { IncomingRecord, RecordHeader } from './records.ts'

/** The last value of each name, for who reads them. */
export function lastHeaders(headers: readonly RecordHeader[]): IncomingRecord['headers'] {
  const last: IncomingRecord['headers'] = {}
  for (const { name, value } of headers) last[name.toString()] = value ?? undefined
  return last
}
