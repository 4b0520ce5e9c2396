import { attributesOf, isStructuredType, withoutPrefix } from '../codec/cloud-event.ts'
import { valueBytes } from '../codec/event-record.ts'
import type { ReadableRecord } from '../codec/event-record.ts'
import { outlineJson } from './outline-json.ts'

/** What is told of a command that is not to be read whole. */
export interface CommandSketch {
  /** Of the whole record, data in base64 included. */
  readonly tokens: number
  readonly attributes: Readonly<Record<string, string>>
  /** Those of the command's members that are short texts: whose it is, whom it is for, what it is called. */
  readonly data: Readonly<Record<string, string>>
}

const ENVELOPE = ['specversion', 'data', 'data_base64'] as const
const NAMES = ['id', 'type', 'tenant', 'from', 'to', 'class', 'callbackData'] as const
const WANTED: ReadonlySet<string> = new Set([...ENVELOPE, ...NAMES])
/** The longest callback data, each character written as an escape of six. */
const MAX_TEXT_BYTES = 24_100

/** Looks at a record's bytes without building the values that they stand for, which can be a hundred times their size. */
export function sketchCommand(record: ReadableRecord): CommandSketch {
  const attributes = attributesOf(record)
  const outer = outlineJson(withoutPrefix(valueBytes(record)), WANTED)
  const isStructured = outer.members.has('specversion') || isStructuredType(attributes['content-type'])
  const inner = isStructured ? dataOf(outer.members) : undefined
  if (inner === undefined) return { tokens: outer.tokens, attributes, data: textsOf(outer.members) }
  const { id, type } = textsOf(outer.members)
  const { tokens, members } = outlineJson(inner.bytes, WANTED)
  return {
    tokens: outer.tokens + (inner.isEncoded ? tokens : 0),
    attributes: { ...attributes, ...(id === undefined ? {} : { id }), ...(type === undefined ? {} : { type }) },
    data: textsOf(members),
  }
}

/** The data of a structured CloudEvent. */
function dataOf(members: ReadonlyMap<string, Buffer>): { bytes: Buffer; isEncoded: boolean } | undefined {
  const plain = members.get('data')
  if (plain !== undefined) return { bytes: plain, isEncoded: false }
  const encoded = members.get('data_base64')
  // Whatever stands around the base64, quotation marks included, is skipped in decoding.
  return encoded === undefined
    ? undefined
    : { bytes: withoutPrefix(Buffer.from(encoded.toString('latin1'), 'base64')), isEncoded: true }
}

function textsOf(members: ReadonlyMap<string, Buffer>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name of NAMES) {
    const text = textOf(members.get(name))
    if (text !== undefined) texts[name] = text
  }
  return texts
}

function textOf(bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined || bytes.length > MAX_TEXT_BYTES) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
