import { readDate } from './read-date.ts'
import { boolean, decimal, list, object, objects, text, type JsonObject } from './read-json.ts'
import type { UsageReport, WebhookValue } from './webhook-result.ts'

/**
 * Reads one row of what the Billing Usage API posts to its callback. Columns are told by their names, never by their place; which there
 * are is the question's to say. Undefined where it is no usage report with a row.
 */
export function readUsage(from: JsonObject): WebhookValue | undefined {
  const requestId = text(from['requestId'])
  const response = object(from['response'])
  const [row] = list(response?.['rows'])
  if (requestId === undefined || !Array.isArray(row) || !Array.isArray(response?.['columns'])) return undefined
  const period = object(response['requestedPeriod'])
  return {
    kind: 'usage',
    usage: {
      requestId,
      since: readDate(period?.['sentSince']),
      until: readDate(period?.['sentUntil']),
      values: readRow(list(response['columns']), row),
      billingPeriods: readPeriods(object(from['metadata'])),
    },
  }
}

function readRow(columns: readonly unknown[], row: readonly unknown[]): UsageReport['values'] {
  const named = columns.flatMap((column, index) => {
    const about = object(column)
    const name = text(about?.['columnName'])
    const value = text(about?.['columnDataType']) === 'NUMBER' ? decimal(row[index]) : text(row[index])
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(named)
}

function readPeriods(metadata: JsonObject | undefined): UsageReport['billingPeriods'] {
  const periods = objects(metadata?.['billingPeriods']).flatMap((one) => {
    const month = text(one['month'])
    return month === undefined ? [] : [{ month, volumeFinalized: boolean(one['volumeFinalized']) }]
  })
  return periods.length === 0 ? undefined : periods
}
