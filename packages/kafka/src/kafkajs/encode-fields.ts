import { isHeaderList } from '../headers.ts'
import type { OutgoingRecord } from '../records.ts'
import { murmur2 } from './murmur2.ts'
import { writeVarint } from './varint.ts'

type Field = string | Buffer | null
type Headers = NonNullable<OutgoingRecord['headers']>

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
export function encodeFields(key: Field, value: Field, headers: Headers = {}): EncodedFields {
  const most = mostBytes(key, value, headers)
  const buffer = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most)
  const afterKey = writeField(buffer, key, 0)
  const at = writeHeaders(buffer, headers, writeField(buffer, value, afterKey))
  const bytes = Buffer.allocUnsafe(at)
  buffer.copy(bytes, 0, 0, at)
  return { bytes, keyHash: key === null ? undefined : murmur2(bytes, afterKey - keyLength(key), afterKey) }
}

function keyLength(key: string | Buffer): number {
  return typeof key === 'string' ? Buffer.byteLength(key) : key.length
}

function mostBytes(key: Field, value: Field, headers: Headers): number {
  let most = lengthBytes + mostOf(key) + mostOf(value)
  if (isHeaderList(headers)) for (const one of headers) most += mostOf(one.name) + mostOf(one.value)
  else for (const name in headers) most += mostOf(name) + mostOf(headers[name])
  return most
}

function mostOf(field: Field | undefined): number {
  if (field === null || field === undefined) return lengthBytes
  return lengthBytes + (typeof field === 'string' ? characterBytes * field.length : field.length)
}

function writeHeaders(buffer: Buffer, headers: Headers, start: number): number {
  if (isHeaderList(headers)) {
    let at = writeVarint(buffer, headers.length, start)
    for (const { name, value } of headers) at = writeField(buffer, value, writeField(buffer, name, at))
    return at
  }
  let count = 0
  for (const _ in headers) count++
  let at = writeVarint(buffer, count, start)
  for (const name in headers) at = writeField(buffer, headers[name], writeField(buffer, name, at))
  return at
}

function writeField(buffer: Buffer, field: Field | undefined, at: number): number {
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
