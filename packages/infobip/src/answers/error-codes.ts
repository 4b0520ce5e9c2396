interface KnownError {
  name: string
  /** False: Infobip calls it temporary. The payload's own `permanent` comes before this table. */
  permanent: boolean
}

const permanentNames: Readonly<Record<number, string>> = {
  1: 'EC_UNKNOWN_SUBSCRIBER',
  5492: 'EC_DUPLICATE_MESSAGE',
  7001: 'UNKNOWN_APPLICATION',
  7002: 'UNKNOWN_USER',
  7003: 'BLOCKED_USER',
  7004: 'UNAUTHORIZED_ACCESS',
  7005: 'FORBIDDEN_ACCESS',
  7006: 'BAD_REQUEST',
  7007: 'ILLEGAL_TRAFFIC_TYPE',
  7008: 'INVALID_TEMPLATE_ARGS',
  7009: 'INVALID_TEMPLATE',
  7010: 'NO_SESSION',
  7011: 'ACCOUNT_ISSUE',
  7015: 'MEDIA_METADATA_ERROR',
  7016: 'SPAM_RATE',
  7018: 'INTERNAL_BAD_MAPPING',
  7019: 'PROVIDER_BILLING',
  7020: 'DEVICE_REPRODUCTION',
  7021: 'LIMITED_FUNCTIONALITY',
  7022: 'MEDIA_UNSUPPORTED',
  7023: 'DATA_MISMATCH',
  7025: 'UNSUPPORTED_APP_VERSION',
  7026: 'MESSAGE_TYPE_EXHAUSTED',
  7027: 'BLOCKED_CONTENT',
  7029: 'USER_IDENTITY_CHANGED',
  7030: 'TEMPLATE_BLOCKED_BY_USER',
  7031: 'INVALID_WA_FLOW',
  7032: 'FREQUENCY_CAPPING',
  7033: 'MARKETING_OPT_OUT',
  7034: 'SENDER_NOT_REGISTERED',
  7038: 'INVALID_WA_ACCOUNT_TYPE',
  7052: 'PROVIDER_DR_ERROR',
  7080: 'INTERNAL_ERROR',
  7081: 'CONFIGURATION_ERROR',
  7082: 'TEMPORARY_GATEWAY_ERROR',
  7083: 'SERVICE_NOT_ACTIVATED',
  7084: 'MISSING_SENDER_METADATA',
  7280: 'DUPLICATE_REQUEST',
  7281: 'BAD_ORIGIN',
}

const temporaryNames: Readonly<Record<number, string>> = {
  6: 'EC_ABSENT_SUBSCRIBER_SM',
  500: 'EC_PROVIDER_GENERAL_ERROR',
  2048: 'EC_TIME_OUT',
  7012: 'DEPLOYMENT_CONFIGURATION',
  7013: 'MEDIA_HOSTING',
  7014: 'MEDIA_UPLOAD',
  7017: 'TOO_MANY_REQUESTS',
  7024: 'NOT_ALLOWED_SENDING_TIME',
  7035: 'CALL_PERMISSION_REQUEST_FAILED',
  7036: 'TEMPLATE_NOT_SYNCED',
  7037: 'TEMPLATE_NOT_AVAILABLE',
  7050: 'PROVIDER_INTERNAL',
  7051: 'PROVIDER_TIMEOUT',
}

/** The error codes that WhatsApp messages yield, by `error.id`. Code 0 is no error at all, whatever its `permanent` says. */
const errorCodes: ReadonlyMap<number, KnownError> = new Map<number, KnownError>([
  ...Object.entries(permanentNames).map(([id, name]) => [Number(id), { name, permanent: true }] as const),
  ...Object.entries(temporaryNames).map(([id, name]) => [Number(id), { name, permanent: false }] as const),
])

/**
 * Whether an error is final: the payload's own word first, the table second, final where neither knows.
 * Undefined for no error (id 0 or none), so that `permanent: false` beside `NO_ERROR` is never read as "try again".
 */
export function isPermanent(error: { id?: number; permanent?: boolean }): boolean | undefined {
  if (error.id === undefined || error.id === 0) return undefined
  return error.permanent ?? errorCodes.get(error.id)?.permanent ?? true
}
