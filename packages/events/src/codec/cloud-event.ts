import { isUtf8 } from 'node:buffer'
import { valueBytes } from './event-record.ts'
import type { ReadableRecord } from './event-record.ts'

/** A record's CloudEvents attributes and data, in whichever mode it was written; a bare JSON value has data alone. */
export interface CloudEvent {
  readonly attributes: Readonly<Record<string, string>>
  readonly data: unknown
  /** Attributes of the structured mode that are something else than text, as numbers and flags. */
  readonly notText: ReadonlySet<string>
}

export type CloudEventReading =
  { readonly ok: true; readonly event: CloudEvent } | { readonly ok: false; readonly reason: string }

/** Makes values of JSON text. @throws where it is none */
export type Parse = (text: string) => unknown

/** Reads the binary mode, the structured mode (told by the content type, or by the value's own shape) and bare JSON. */
export function readCloudEvent(record: ReadableRecord, parse: Parse = JSON.parse): CloudEventReading {
  if (record.value === null) return { ok: false, reason: record.unreadable ?? 'the record has no value' }
  const parsed = parseJson(valueBytes(record), parse)
  if (!parsed.ok) return parsed
  const headers = attributesOf(record)
  const { value } = parsed
  const structured = isStructuredType(headers['content-type']) || (isObject(value) && isStructured(value))
  if (!structured) return { ok: true, event: { attributes: headers, data: value, notText: new Set() } }
  if (!isObject(value)) return { ok: false, reason: 'a structured CloudEvent is a JSON object' }
  return readStructured(value, headers, parse)
}

function readStructured(
  value: Record<string, unknown>,
  headers: Record<string, string>,
  parse: Parse,
): CloudEventReading {
  const { data, data_base64: base64, ...rest } = value
  const attributes = { ...headers }
  const notText = new Set<string>()
  for (const [name, attribute] of Object.entries(rest)) {
    if (typeof attribute === 'string') attributes[name] = attribute
    else if (attribute !== null) notText.add(name)
  }
  if (typeof base64 !== 'string' || data !== undefined) return { ok: true, event: { attributes, data, notText } }
  const decoded = parseJson(Buffer.from(base64, 'base64'), parse)
  return decoded.ok ? { ok: true, event: { attributes, data: decoded.value, notText } } : decoded
}

/** Whether a content type says that the value is a whole CloudEvent. */
export function isStructuredType(contentType: string | undefined): boolean {
  return /^application\/cloudevents\+json/i.test(contentType ?? '')
}

function isStructured(value: Record<string, unknown>): boolean {
  return (
    typeof value['specversion'] === 'string' &&
    typeof value['type'] === 'string' &&
    ('data' in value || 'data_base64' in value)
  )
}

// Attribute headers are named ce_<attribute>; only strings that are well-formed UTF-8 are ever written there.
export function attributesOf(record: ReadableRecord): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(record.headers)) {
    const lower = name.toLowerCase()
    if (value === undefined) continue
    if (lower.startsWith('ce_')) attributes[lower.slice(3)] = value.toString()
    else if (lower === 'content-type') attributes[lower] = value.toString()
  }
  return attributes
}

/** A zero and a schema's number, which serialisers for Confluent's schema registry write before the value; JSON begins with no zero byte. */
const REGISTRY_PREFIX = 5

/** The JSON of a value that a schema registry's serialiser wrote, or of any other. */
export function withoutPrefix(bytes: Buffer): Buffer {
  return bytes.length > REGISTRY_PREFIX && bytes[0] === 0 ? bytes.subarray(REGISTRY_PREFIX) : bytes
}

function parseJson(bytes: Buffer, parse: Parse): { ok: true; value: unknown } | { ok: false; reason: string } {
  const json = withoutPrefix(bytes)
  const hasPrefix = json.length < bytes.length
  // Decoded all the same, a customer would read signs that nobody wrote.
  if (!isUtf8(json)) return { ok: false, reason: `the value is not UTF-8, so not JSON (${bytes.length} bytes)` }
  try {
    return { ok: true, value: parse(json.toString('utf8').replace(/^\ufeff/, '')) }
  } catch {
    const why = hasPrefix ? ', nor JSON behind the prefix of a schema registry: Avro and Protobuf are not read' : ''
    return { ok: false, reason: `the value is not JSON (${bytes.length} bytes)${why}` }
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
