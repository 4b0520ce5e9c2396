import type { RecordedSpan, RecordedSpanEvent, SpanKindName } from './recorded-span.ts'

/** One field of a protobuf message: a number (varint, fixed) or bytes. */
type Field = number | bigint | Buffer
type Message = ReadonlyMap<number, readonly Field[]>

const KINDS: readonly SpanKindName[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
const STATUS_ERROR = 2

/**
 * The spans of an OTLP export, read from protobuf's wire format. Field numbers are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto.
 */
export function readOtlpSpans(request: Buffer): RecordedSpan[] {
  return messages(request, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(children(resourceSpans, 1)[0], 1)
    const service = String(resource['service.name'] ?? '')
    return children(resourceSpans, 2).flatMap((scopeSpans) =>
      children(scopeSpans, 2).map((span) => toSpan(span, service)),
    )
  })
}

function toSpan(span: Message, service: string): RecordedSpan {
  const parent = hex(span, 4)
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: parent === '' ? undefined : parent,
    name: text(span, 5),
    kind: KINDS[Number(span.get(6)?.[0] ?? 0)] ?? 'internal',
    service,
    attributes: attributesOf(span, 9),
    events: children(span, 11).map((event): RecordedSpanEvent => ({
      name: text(event, 2),
      attributes: attributesOf(event, 3),
    })),
    links: children(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
    failed: children(span, 15).some((status) => Number(status.get(3)?.[0] ?? 0) === STATUS_ERROR),
  }
}

function attributesOf(message: Message | undefined, field: number): Record<string, string | number | boolean> {
  const pairs = message === undefined ? [] : children(message, field)
  return Object.fromEntries(pairs.map((pair) => [text(pair, 1), valueOf(children(pair, 2)[0])]))
}

/** AnyValue: string, bool, int or double; what else there is, our spans do not have. */
function valueOf(value: Message | undefined): string | number | boolean {
  const [field = 0, [content] = []] = [...(value ?? [])][0] ?? []
  switch (field) {
    case 2:
      return Number(content) !== 0
    case 3:
      return Number(content)
    case 4: {
      const bits = Buffer.alloc(8)
      bits.writeBigUInt64LE(content as bigint) // fixed64 is read as a bigint
      return bits.readDoubleLE()
    }
    default:
      return Buffer.isBuffer(content) ? content.toString('utf8') : ''
  }
}

function messages(bytes: Buffer, field: number): Message[] {
  return children(readMessage(bytes), field)
}

function children(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).filter((value) => Buffer.isBuffer(value)).map(readMessage)
}

function text(message: Message, field: number): string {
  const value = message.get(field)?.[0]
  return Buffer.isBuffer(value) ? value.toString('utf8') : ''
}

function hex(message: Message, field: number): string {
  const value = message.get(field)?.[0]
  return Buffer.isBuffer(value) ? value.toString('hex') : ''
}

/** https://protobuf.dev/programming-guides/encoding/ */
function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, Field[]>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('a protobuf message ends in the middle of a number')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const field = tag >>> 3
    const values = fields.get(field) ?? []
    fields.set(field, values)
    switch (tag & 7) {
      case 0:
        values.push(varint())
        break
      case 1:
        values.push(bytes.readBigUInt64LE(at))
        at += 8
        break
      case 2: {
        const length = Number(varint())
        values.push(bytes.subarray(at, at + length))
        at += length
        break
      }
      case 5:
        values.push(bytes.readUInt32LE(at))
        at += 4
        break
      default:
        throw new Error(`a protobuf message has a field of wire type ${tag & 7}`)
    }
  }
  return fields
}
