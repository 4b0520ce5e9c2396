import { murmur2 } from './murmur2.ts'
import { writeVarint } from './varint.ts'

type Field = string | Buffer | null
type Header = Field | undefined

/** A record's fields as they stand in a batch, encoded once, when the record is published. */
export interface EncodedFields {
  /** Key, value and headers, each with its length. */
  readonly bytes: Buffer
  /** Java's murmur2 of the key; undefined where there is none. */
  readonly keyHash: number | undefined
}

/** Kept between calls; a record that may be larger gets one of its own. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)
/** A length's varint has five bytes at most, and a character of UTF-16 three in UTF-8. */
const lengthBytes = 5
const characterBytes = 3
/** Lengths below this are varints of one byte. */
const shortLength = 0x40

/**
 * Encodes what of a record (format 2, KIP-98) does not depend on its place in a batch. kafkajs's own encoder makes a buffer of 512 bytes
 * for each header and copies every one of them twice, and wants each header as a buffer to begin with.
 */
export function encodeFields(
  key: Field,
  value: Field,
  headers: Readonly<Record<string, Header | readonly Header[]>> = {},
): EncodedFields {
  const most = mostBytes(key, value, headers)
  const buffer = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most)
  const afterKey = writeField(buffer, key, 0)
  let at = writeField(buffer, value, afterKey)
  let count = 0
  for (const name in headers) count += countOf(headers[name])
  at = writeVarint(buffer, count, at)
  for (const name in headers) {
    const given = headers[name]
    if (!isList(given)) at = writeField(buffer, given, writeField(buffer, name, at))
    else for (const one of given) at = writeField(buffer, one, writeField(buffer, name, at))
  }
  const bytes = Buffer.allocUnsafe(at)
  buffer.copy(bytes, 0, 0, at)
  return { bytes, keyHash: key === null ? undefined : murmur2(bytes, afterKey - keyLength(key), afterKey) }
}

function keyLength(key: string | Buffer): number {
  return typeof key === 'string' ? Buffer.byteLength(key) : key.length
}

function isList(value: Header | readonly Header[]): value is readonly Header[] {
  return Array.isArray(value)
}

function countOf(given: Header | readonly Header[]): number {
  return isList(given) ? given.length : 1
}

function mostBytes(key: Field, value: Field, headers: Readonly<Record<string, Header | readonly Header[]>>): number {
  let most = lengthBytes + mostOf(key) + mostOf(value)
  for (const name in headers) {
    const given = headers[name]
    if (!isList(given)) most += mostOf(name) + mostOf(given)
    else for (const one of given) most += mostOf(name) + mostOf(one)
  }
  return most
}

function mostOf(field: Header): number {
  if (field === null || field === undefined) return lengthBytes
  return lengthBytes + (typeof field === 'string' ? characterBytes * field.length : field.length)
}

function writeField(buffer: Buffer, field: Header, at: number): number {
  if (field === null || field === undefined) return writeVarint(buffer, -1, at)
  if (typeof field === 'string') return writeText(buffer, field, at)
  const after = writeVarint(buffer, field.length, at)
  return after + field.copy(buffer, after)
}

/** Short ASCII, as nearly every header is, costs less here than the way into Node and back. */
function writeText(buffer: Buffer, text: string, start: number): number {
  if (text.length < shortLength) {
    let at = start
    buffer[at++] = 2 * text.length
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code >= 0x80) return writeUtf8(buffer, text, start)
      buffer[at++] = code
    }
    return at
  }
  return writeUtf8(buffer, text, start)
}

function writeUtf8(buffer: Buffer, text: string, start: number): number {
  const after = writeVarint(buffer, Buffer.byteLength(text), start)
  return after + buffer.write(text, after)
}
