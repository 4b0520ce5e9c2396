export { createMediaStore, USE_TTL_MS } from './create-media-store.ts'
export type { FetchedMedium, MediaRef, MediaStore, MediaStoreOptions, MediaUse } from './create-media-store.ts'
export { fetchMedia, MediaFetchError } from './fetch-media.ts'
export type { FetchedFromUrl, FetchMediaOptions, MediaFetchReason } from './fetch-media.ts'
export type { FetchPolicy } from './address-policy.ts'
export { refusalAs } from './judge-content.ts'
export { inboundKey, inboundMediumId } from './inbound-medium.ts'
export { INBOUND_TOKEN_LIFE_S, readInboundToken, signInboundToken } from './inbound-token.ts'
export type { InboundMediaClaim, InboundTokenReading } from './inbound-token.ts'
export { CHUNK_BYTES, isMediaId, mediaKey } from './media-key.ts'
export {
  isMediaKind,
  kindOfType,
  kindTakes,
  MAX_ANIMATED_STICKER_BYTES,
  MAX_BYTES,
  MEDIA_KINDS,
  routeOfKind,
  TYPES_OF_KIND,
  upperBound,
} from './media-kind.ts'
export type { MediaKind } from './media-kind.ts'
export type { MediaRefusal } from './media-refusal.ts'
export { mediaUrl } from './media-url.ts'
export { essenceOf } from './media-type.ts'
export type { Medium } from './medium.ts'
export type { MediaExpectation, PutOutcome } from './put-medium.ts'
export { MediumVanishedError } from './read-medium.ts'
export type { ByteRange } from './read-medium.ts'
export type { MediaRedis } from './run-script.ts'
