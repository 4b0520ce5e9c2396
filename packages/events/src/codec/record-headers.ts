/** One of a record's headers, byte for byte. Names repeat in Kafka, are any bytes, and may have no value. */
export interface RecordHeader {
  readonly name: Buffer
  readonly value: Buffer | null
}

/** The headers of a record as read. */
export interface RecordHeaders {
  /** The last value of each name. */
  readonly headers: Readonly<Record<string, Buffer | string | undefined>>
  /** All of them, as they were written and in their order, where the client knows. */
  readonly allHeaders?: readonly RecordHeader[]
}

/** The headers for a copy of a record: as they were, and `own` behind them, in the place of what has their names. */
export function copyHeaders(
  { headers, allHeaders }: RecordHeaders,
  own: Readonly<Record<string, string | undefined>> = {},
): RecordHeader[] {
  const copied = (allHeaders ?? listOf(headers)).filter(({ name }) => !Object.hasOwn(own, name.toString()))
  return copied.concat(listOf(own).filter(({ value }) => value !== null))
}

/** The record without the headers of some names. */
export function withoutHeaders<T extends RecordHeaders>(record: T, names: ReadonlySet<string>): T {
  const headers = Object.fromEntries(Object.entries(record.headers).filter(([name]) => !names.has(name)))
  const allHeaders = record.allHeaders?.filter(({ name }) => !names.has(name.toString()))
  return { ...record, headers, ...(allHeaders && { allHeaders }) }
}

function listOf(headers: RecordHeaders['headers']): RecordHeader[] {
  return Object.entries(headers).map(([name, value]) => ({
    name: Buffer.from(name),
    value: value === undefined ? null : Buffer.from(value),
  }))
}
