import { type CatalogueEntry, problemsOf } from '@imchannel/http'

/** Everything that the media-server answers with a status of 400 or more. Codes are stable, for programs; titles are for people. */
export const mediaServerErrors = {
  bad_kind: { status: 400, title: 'The kind is none of image, audio, video, document, sticker' },
  empty: { status: 400, title: 'The media has no bytes' },
  incomplete: { status: 400, title: 'The upload was cut off' },
  unauthorized: { status: 401, title: 'A media token of the tenant is required' },
  not_found: { status: 404, title: 'Media not found' },
  gone: { status: 404, title: 'Infobip no longer has this media' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  too_large: { status: 413, title: 'The media is too large for its kind' },
  type_mismatch: { status: 415, title: 'The content type differs from the declared one' },
  unsupported_type: { status: 415, title: 'WhatsApp does not accept this content type for this kind of media' },
  bad_sticker: { status: 415, title: 'WhatsApp does not accept this image as a sticker' },
  encoded: { status: 415, title: 'Send the bytes without a content encoding' },
  range_not_satisfiable: { status: 416, title: 'The media has no bytes in this range' },
  too_many_misses: { status: 429, title: 'Too many requests for media that are not there' },
  too_many_failures: { status: 429, title: 'Too many requests with a wrong token' },
  internal_error: { status: 500, title: 'Internal error' },
  infobip_refused: { status: 502, title: 'Infobip did not return the media' },
  redis_unavailable: { status: 503, title: 'The media store is unavailable' },
  too_many_readers: { status: 503, title: 'Too many media are being read at once' },
  busy: { status: 503, title: 'The media is still being fetched from Infobip' },
  over_budget: { status: 507, title: 'The tenant’s storage quota for such media is used up' },
} as const satisfies Record<string, CatalogueEntry>

export type MediaServerErrorCode = keyof typeof mediaServerErrors

/** The answer for a code; `detail` says what is wrong with this very request and what to do. */
export const problem = problemsOf<MediaServerErrorCode>(mediaServerErrors)
