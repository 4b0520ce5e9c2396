/** Of a webhook: small, so that many requests go over it. */
export const BODY_LIMIT = 256 * 1024

/** Good for nothing but the servers that are started for this. */
export const SECRETS = {
  password: 'fuzz-webhook-password',
  hmac: 'fuzz-hmac-secret',
  bearer: 'fuzz-bearer-token',
  header: 'fuzz-header-secret',
  mediaToken: 'fuzz-media-token',
  mediaSecret: 'fuzz-media-secret-0123456789abcdef',
  apiKey: 'fuzz-api-key',
} as const

export const SENDER = '447860099299'
