import { foreignEncoding } from './foreign-encoding.ts'
import {
  kindOfType,
  kindTakes,
  MAX_ANIMATED_STICKER_BYTES,
  MAX_BYTES,
  MEDIA_KINDS,
  STICKER_PIXELS,
  TYPES_OF_KIND,
  upperBound,
} from './media-kind.ts'
import type { MediaKind } from './media-kind.ts'
import type { MediaRefusal } from './media-refusal.ts'
import type { MediaItem } from './media-item.ts'
import { essenceOf, judgeType } from './media-type.ts'
import { webpInfo } from './webp-info.ts'

/** What is known of a media item once its first bytes are. */
export type ContentVerdict =
  | { readonly ok: true; readonly kind: MediaKind; readonly contentType: string; readonly maxBytes: number }
  | { readonly ok: false; readonly refusal: MediaRefusal }

/** The limit that holds before any byte is seen: that of the kind asked for, else of the declared type, else the largest. */
export function earlyLimit(kind: MediaKind | undefined, declared: string | undefined): number {
  const expected = kind ?? (declared === undefined ? undefined : kindOfType(essenceOf(declared)))
  return upperBound(expected ?? 'document')
}

/** Judges the first bytes (the whole media item, or 256 KiB of it): its type, its kind, and for stickers their pixels. */
export async function judgeContent(
  head: Uint8Array,
  wanted: {
    readonly kind?: MediaKind | undefined
    readonly contentType?: string | undefined
    readonly trustBytes?: boolean | undefined
  },
): Promise<ContentVerdict> {
  const declared = await judgeType(head, wanted.contentType)
  const type = declared.ok || wanted.trustBytes !== true ? declared : await judgeType(head, undefined)
  if (!type.ok) {
    return refuse('type-mismatch', `declared as ${type.declared}, but the bytes are of the type: ${type.detected}`)
  }
  const { contentType } = type
  const kind = wanted.kind ?? kindOfType(contentType)
  if (kind === undefined) {
    const asWhat = MEDIA_KINDS.find((one) => contentType.startsWith(`${one}/`)) ?? 'document'
    return refuse('unsupported-type', `WhatsApp takes no ${contentType}: send it as a document, ${orConvert(asWhat)}`)
  }
  if (!kindTakes(kind, contentType)) {
    return refuse(
      'unsupported-type',
      `this is ${contentType}, which WhatsApp does not take as ${kind}, ${orConvert(kind)}`,
    )
  }
  const foreign = foreignEncoding(kind, contentType, head)
  if (foreign !== undefined) return refuse('unsupported-type', foreign)
  if (kind !== 'sticker') return { ok: true, kind, contentType, maxBytes: MAX_BYTES[kind] }

  const picture = webpInfo(head)
  if (picture === undefined) return refuse('bad-sticker', 'the WebP header of the sticker cannot be read')
  if (picture.width !== STICKER_PIXELS || picture.height !== STICKER_PIXELS) {
    const pixels = `${STICKER_PIXELS}x${STICKER_PIXELS}`
    return refuse('bad-sticker', `a sticker has ${pixels} pixels, and this one has ${picture.width}x${picture.height}`)
  }
  return {
    ok: true,
    kind,
    contentType,
    maxBytes: picture.animated ? MAX_ANIMATED_STICKER_BYTES : MAX_BYTES.sticker,
  }
}

/**
 * Why WhatsApp would refuse a media item that was stored as one kind and is now to be sent as another; `undefined` when it
 * would not. A sticker's pixels are known only of what was stored as one.
 */
export function refusalAs(
  kind: MediaKind,
  media: Pick<MediaItem, 'kind' | 'contentType' | 'size'>,
): MediaRefusal | undefined {
  if (media.kind === kind) return undefined
  if (!kindTakes(kind, media.contentType)) {
    return {
      reason: 'unsupported-type',
      detail: `a media item of the type ${media.contentType} cannot be sent as ${kind}`,
    }
  }
  if (kind === 'sticker')
    return { reason: 'bad-sticker', detail: 'upload it as a sticker, so that its pixels are checked' }
  if (media.size > MAX_BYTES[kind]) {
    return {
      reason: 'too-large',
      detail: `${media.size} bytes are more than the ${MAX_BYTES[kind]} that its kind may have`,
    }
  }
  return undefined
}

function orConvert(kind: MediaKind): string {
  return kind === 'document' ? 'or convert it' : `or convert it to one of ${TYPES_OF_KIND[kind].join(', ')}`
}

function refuse(reason: MediaRefusal['reason'], detail: string): ContentVerdict {
  return { ok: false, refusal: { reason, detail } }
}
