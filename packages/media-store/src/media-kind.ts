const KB = 1024
const MB = 1024 * KB

/** The five kinds of media that WhatsApp tells apart. */
export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker'

/** Largest size in bytes of each kind, as WhatsApp takes it; a sticker that moves may have {@link MAX_ANIMATED_STICKER_BYTES}. */
export const MAX_BYTES: Readonly<Record<MediaKind, number>> = {
  image: 5 * MB,
  audio: 16 * MB,
  video: 16 * MB,
  document: 100 * MB,
  sticker: 100 * KB,
}

/** Largest size in bytes of an animated sticker. */
export const MAX_ANIMATED_STICKER_BYTES = 500 * KB

/** Width and height in pixels that a sticker must have. */
export const STICKER_PIXELS = 512

export const MEDIA_KINDS: readonly MediaKind[] = ['image', 'audio', 'video', 'document', 'sticker']

/** What WhatsApp takes as each kind; a document may be of any type. */
export const TYPES_OF_KIND: Readonly<Record<Exclude<MediaKind, 'document'>, readonly string[]>> = {
  image: ['image/jpeg', 'image/png'],
  // Ogg with Opus in it and no other codec.
  audio: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg; codecs=opus'],
  video: ['video/mp4', 'video/3gpp'],
  sticker: ['image/webp'],
}

export function isMediaKind(text: string): text is MediaKind {
  return (MEDIA_KINDS as readonly string[]).includes(text)
}

/** Bytes that a media item of this kind may have while nothing is known of its content yet. */
export function upperBound(kind: MediaKind): number {
  return kind === 'sticker' ? MAX_ANIMATED_STICKER_BYTES : MAX_BYTES[kind]
}

/** Whether WhatsApp takes this type, as `judgeType` writes it, as this kind. */
export function kindTakes(kind: MediaKind, contentType: string): boolean {
  return kind === 'document' || TYPES_OF_KIND[kind].includes(contentType)
}

/**
 * The kind that a type is sent as when nobody said another: `undefined` for a picture, sound or film of a type that
 * WhatsApp refuses, which could go as a document only if the sender asks for that.
 */
export function kindOfType(contentType: string): MediaKind | undefined {
  const kind = MEDIA_KINDS.find((kind) => kind !== 'document' && kindTakes(kind, contentType))
  if (kind !== undefined) return kind
  return /^(image|audio|video)\//.test(contentType) ? undefined : 'document'
}

/** Last part of the public path of a kind: `getImageMessage`. */
export function routeOfKind(kind: MediaKind): string {
  return `get${kind.charAt(0).toUpperCase()}${kind.slice(1)}Message`
}
