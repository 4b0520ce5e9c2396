import { isMediaKind } from './media-kind.ts'
import type { MediaKind } from './media-kind.ts'

/** A media item as Redis holds it, without its bytes. */
export interface MediaItem {
  readonly id: string
  readonly tenant: string
  readonly kind: MediaKind
  /** As it is sent to whoever fetches the media. */
  readonly contentType: string
  /** Bytes. */
  readonly size: number
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string
  readonly filename?: string
  /** Milliseconds since 1970. */
  readonly storedAt: number
  /** Commands that use the media, the latest last; at most 100 are remembered. */
  readonly commandIds: readonly string[]
  /** W3C trace context of the send of the last command. */
  readonly traceparent?: string
  /** Conversation of the last command, as Kafka's key has it. */
  readonly conversation?: string
}

/** Format of the field `meta`; a reader meets only what it knows. */
const META_FORMAT = 1

export type MediaMeta = Pick<MediaItem, 'tenant' | 'kind' | 'contentType' | 'size' | 'sha256' | 'filename' | 'storedAt'>

export function encodeMeta(meta: MediaMeta): string {
  return JSON.stringify({ format: META_FORMAT, ...meta })
}

/** Fields of the hash beside the chunks, in the order in which {@link decodeMediaItem} takes them. */
export const DESCRIPTION_FIELDS = ['meta', 'commands', 'trace', 'conversation'] as const

/** `undefined` when there is no media, or one in a format that a newer version wrote. */
export function decodeMediaItem(
  id: string,
  fields: readonly (string | Buffer | null | undefined)[],
): MediaItem | undefined {
  // What follows them may be 256 KiB of picture, and is not to be read as text.
  const described = fields.slice(0, DESCRIPTION_FIELDS.length)
  const [meta, commands, traceparent, conversation] = described.map((field) => field?.toString())
  if (meta === undefined) return undefined
  const parsed = JSON.parse(meta) as Partial<MediaMeta> & { format?: number } // written by encodeMeta; checked below
  const { tenant, kind, contentType, size, sha256, filename, storedAt } = parsed
  if (parsed.format !== META_FORMAT || tenant === undefined || kind === undefined || !isMediaKind(kind))
    return undefined
  if (contentType === undefined || size === undefined || sha256 === undefined || storedAt === undefined)
    return undefined
  return {
    id,
    tenant,
    kind,
    contentType,
    size,
    sha256,
    storedAt,
    commandIds: decodeCommandIds(commands),
    ...(filename !== undefined && { filename }),
    ...(traceparent !== undefined && { traceparent }),
    ...(conversation !== undefined && { conversation }),
  }
}

/** One JSON string a line, so that the script which adds one needs to know no JSON and an id may hold anything. */
export function encodeCommandId(commandId: string): string {
  return JSON.stringify(commandId)
}

function decodeCommandIds(lines: string | undefined): string[] {
  if (lines === undefined || lines === '') return []
  return lines.split('\n').map((line) => String(JSON.parse(line)))
}
