import type { IncomingRecord, OutgoingRecord, RecordHeader } from './records.ts'

/** The last value of each name, for who reads them. */
export function lastHeaders(headers: readonly RecordHeader[]): IncomingRecord['headers'] {
  const last: IncomingRecord['headers'] = {}
  for (const { name, value } of headers) last[name.toString()] = value ?? undefined
  return last
}

export function isHeaderList(headers: unknown): headers is readonly RecordHeader[] {
  return Array.isArray(headers)
}

/** The last value of a name among the headers of a record that is to be written. */
export function headerOf({ headers }: Pick<OutgoingRecord, 'headers'>, name: string): string | Buffer | undefined {
  if (!isHeaderList(headers)) return headers?.[name]
  return headers.findLast((one) => one.name.toString() === name)?.value ?? undefined
}

/** The headers with `added`, in the place of what has their names. */
export function withHeaders(
  headers: OutgoingRecord['headers'],
  added: Readonly<Record<string, string>>,
): OutgoingRecord['headers'] {
  if (!isHeaderList(headers)) return { ...headers, ...added }
  return [
    ...headers.filter(({ name }) => !Object.hasOwn(added, name.toString())),
    ...Object.entries(added).map(([name, value]) => ({ name: Buffer.from(name), value: Buffer.from(value) })),
  ]
}
