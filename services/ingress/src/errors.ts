import { type CatalogueEntry, problemsOf } from '@imchannel/http'

/** A first repeat after this finds Kafka back from an election or a restart more often than not. */
const SOON_S = 5
const LATER_S = 60

/** Every answer of ingress that is no success. Codes are stable, for programs; titles are for people. */
export const ingressErrors = {
  unknown_path: { status: 404, title: 'Unknown path', detail: 'webhooks go to POST /{tenant}/imchannel/webhook' },
  unknown_tenant: { status: 404, title: 'Unknown tenant', detail: 'no tenant of this name is configured' },
  bad_path: { status: 400, title: 'Bad path', detail: 'the path is not valid' },
  method_not_allowed: { status: 405, title: 'Method not allowed', detail: 'webhooks are sent by POST' },
  unauthorized: { status: 401, title: 'Unauthorized', detail: 'the credentials were not accepted' },
  too_many_failures: {
    status: 429,
    title: 'Too many failures',
    detail: 'too many refused credentials from this address',
    retryAfterS: LATER_S,
  },
  unsupported_type: { status: 415, title: 'Unsupported content type', detail: 'send application/json' },
  unsupported_encoding: {
    status: 415,
    title: 'Unsupported content encoding',
    detail: 'send the body as it is, or with gzip or deflate',
  },
  unsupported_charset: {
    status: 415,
    title: 'Unsupported charset',
    detail: 'send UTF-8, which JSON is; ISO-8859-1 and Windows-1252 are read where they are declared',
  },
  too_large: {
    status: 413,
    title: 'Body too large',
    detail: 'set a smaller maxBucketSize in the notification profile, or a larger limits.webhookBytes here',
  },
  undecodable: {
    status: 400,
    title: 'Body cannot be decompressed',
    detail: 'the body is not what its Content-Encoding says',
  },
  not_json: { status: 400, title: 'Not JSON', detail: 'the body is not JSON in the charset that it says, or in UTF-8' },
  too_many_chunks: { status: 400, title: 'Too many chunks', detail: 'the body comes in pieces of a few bytes' },
  too_slow: {
    status: 408,
    title: 'Body too slow',
    detail: 'the body comes too slowly for a sender that is not known yet',
  },
  keys_unavailable: {
    status: 503,
    title: 'Keys unavailable',
    detail: 'the keys that the token is to be checked with cannot be fetched; send it again',
    retryAfterS: SOON_S,
  },
  no_room: {
    status: 503,
    title: 'Too many concurrent requests',
    detail: 'too many webhooks are being received; send it again',
    retryAfterS: SOON_S,
  },
  overloaded: {
    status: 503,
    title: 'Too many concurrent requests',
    detail: 'more webhooks wait than can be stored in time; send it again',
    retryAfterS: SOON_S,
  },
  not_stored: {
    status: 503,
    title: 'Not stored',
    detail: 'the webhook could not be stored in time; send it again',
    retryAfterS: SOON_S,
  },
  internal_error: { status: 500, title: 'Internal error', detail: 'the webhook could not be handled' },
} as const satisfies Record<string, CatalogueEntry>

export type ProblemCode = keyof typeof ingressErrors

/** The answer for a code. */
export const problem = problemsOf<ProblemCode>(ingressErrors)
