import { list, object, type JsonObject } from './read-json.ts'

/** The names that Infobip writes in camelCase and WhatsApp itself in snake_case. */
export const echoLists = ['messageEchoes', 'message_echoes'] as const

/**
 * Bodies without `results` that hold several things all the same: WhatsApp's own envelope (`entry[].changes[]`, a change with several
 * echoes) and the rows of a usage report. Each comes back as a body of its own that holds one of them, so that one which is not
 * understood costs no other and can be read again alone. Undefined for a body that is one thing.
 */
export function splitBody(value: unknown): readonly JsonObject[] | undefined {
  const body = object(value)
  if (body === undefined) return undefined
  const pieces = Array.isArray(body['entry']) ? splitEnvelope(body, body['entry']) : splitUsage(body)
  return pieces.length > 1 ? pieces : undefined
}

function splitEnvelope(body: JsonObject, entries: readonly unknown[]): JsonObject[] {
  return entries.flatMap((entry) => splitEntry(entry).map((one) => ({ ...body, entry: [one] })))
}

// Whatever is not of the form is a piece as it stands: nothing is left out.
function splitEntry(entry: unknown): unknown[] {
  const from = object(entry)
  const changes = list(from?.['changes'])
  if (from === undefined || changes.length === 0) return [entry]
  return changes.flatMap(splitChange).map((one) => ({ ...from, changes: [one] }))
}

function splitChange(change: unknown): unknown[] {
  const from = object(change)
  const value = object(from?.['value'])
  const name = echoLists.find((one) => list(value?.[one]).length > 1)
  if (from === undefined || value === undefined || name === undefined) return [change]
  return list(value[name]).map((echo) => ({ ...from, value: { ...value, [name]: [echo] } }))
}

function splitUsage(body: JsonObject): JsonObject[] {
  const response = object(body['response'])
  if (response === undefined || !Array.isArray(response['columns'])) return []
  return list(response['rows']).map((row) => ({ ...body, response: { ...response, rows: [row] } }))
}
