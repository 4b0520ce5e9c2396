import { type CatalogueEntry, problemsOf } from '@imchannel/http'

/** Everything that the media-server answers with a status of 400 or more. Codes are stable, for programs; titles are for people. */
export const mediaServerErrors = {
  bad_kind: { status: 400, title: 'The kind asked for is none of image, audio, video, document, sticker' },
  empty: { status: 400, title: 'The medium has no bytes' },
  incomplete: { status: 400, title: 'The upload ended before its time' },
  unauthorized: { status: 401, title: 'A media token of the tenant is needed' },
  not_found: { status: 404, title: 'There is no such medium' },
  gone: { status: 404, title: 'Infobip has no such medium any more' },
  method_not_allowed: { status: 405, title: 'This resource does not take the method' },
  too_large: { status: 413, title: 'The medium is larger than its kind may be' },
  type_mismatch: { status: 415, title: 'The bytes are of another type than was declared' },
  unsupported_type: { status: 415, title: 'WhatsApp does not take this type as this kind' },
  bad_sticker: { status: 415, title: 'WhatsApp does not take this picture as a sticker' },
  encoded: { status: 415, title: 'The bytes are to be sent as they are, without a content encoding' },
  range_not_satisfiable: { status: 416, title: 'The medium has no bytes in this range' },
  too_many_misses: { status: 429, title: 'Too many requests for media that are not there' },
  too_many_failures: { status: 429, title: 'Too many requests with a wrong token' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  infobip_refused: { status: 502, title: 'Infobip did not give the medium' },
  redis_unavailable: { status: 503, title: 'The store of media is away' },
  too_many_readers: { status: 503, title: 'Too many media are being read at once' },
  busy: { status: 503, title: 'The medium is still being fetched from Infobip' },
  over_budget: { status: 507, title: 'The tenant’s room for such media is used up' },
} as const satisfies Record<string, CatalogueEntry>

export type MediaServerErrorCode = keyof typeof mediaServerErrors

/** The answer for a code; `detail` says what is wrong with this very request and what to do. */
export const problem = problemsOf<MediaServerErrorCode>(mediaServerErrors)
