/** An error as Infobip writes it into delivery reports. */
export interface DeliveryError {
  groupId: number
  groupName: string
  id: number
  name: string
  description: string
  permanent: boolean
}

function error(id: number, name: string, description: string, permanent = true): DeliveryError {
  return { groupId: 1, groupName: 'HANDSET_ERRORS', id, name, description, permanent }
}

export const NO_ERROR: DeliveryError = {
  groupId: 0,
  groupName: 'OK',
  id: 0,
  name: 'NO_ERROR',
  description: 'No Error',
  permanent: false,
}

// The chat channels' codes that WhatsApp yields, with the permanence that Infobip's list of codes gives each.
const ERRORS: readonly DeliveryError[] = [
  error(5, 'EC_EXPIRED', 'The message was not delivered within its validity period', false),
  error(7001, 'EC_UNKNOWN_APPLICATION', 'Unknown application'),
  error(7002, 'EC_UNKNOWN_USER', 'The end user is not on WhatsApp'),
  error(7003, 'EC_BLOCKED_USER', 'The end user blocked the sender'),
  error(7004, 'EC_UNAUTHORIZED_ACCESS', 'Unauthorized access'),
  error(7005, 'EC_FORBIDDEN_ACCESS', 'Forbidden access'),
  error(7006, 'EC_BAD_REQUEST', 'Bad request'),
  error(7007, 'EC_ILLEGAL_TRAFFIC_TYPE', 'Illegal traffic type'),
  error(
    7008,
    'EC_INVALID_TEMPLATE_ARGS',
    'The values do not fit the template: too many, too few, or one that WhatsApp does not take',
  ),
  error(
    7009,
    'EC_INVALID_TEMPLATE',
    'The template does not exist in this language, or is not approved, paused or disabled',
  ),
  error(
    7010,
    'EC_NO_SESSION',
    'More than 24 hours have passed since the end user last wrote or called: send a template',
  ),
  error(7011, 'EC_ACCOUNT_ISSUE', 'The sender has an account issue'),
  error(7012, 'EC_DEPLOYMENT_CONFIGURATION_ERROR', 'Deployment configuration error', false),
  error(7013, 'EC_MEDIA_HOSTING_ERROR', 'The media could not be fetched from its URL', false),
  error(7014, 'EC_MEDIA_UPLOAD_ERROR', 'The media could not be passed on', false),
  error(7015, 'EC_MEDIA_METADATA_ERROR', 'The content type or size of the media is missing, wrong or not allowed'),
  error(7016, 'EC_SPAM_RATE', 'The quality or tier limit of the sender is reached'),
  error(7017, 'EC_TOO_MANY_REQUESTS', 'Too many requests', false),
  error(7018, 'EC_INTERNAL_BAD_MAPPING', 'Internal mapping error'),
  error(7019, 'EC_PROVIDER_BILLING_ERROR', 'Provider billing error'),
  error(7022, 'EC_MEDIA_UNSUPPORTED', 'The media type is not supported for this kind of message'),
  error(7023, 'EC_DATA_MISMATCH', 'Data mismatch'),
  error(7024, 'EC_NOT_ALLOWED_SENDING_TIME', 'Sending is not allowed at this time', false),
  error(7027, 'EC_BLOCKED_CONTENT', 'Blocked content'),
  error(7029, 'EC_USER_IDENTITY_CHANGED', 'The end user changed the device and was not confirmed'),
  error(7030, 'EC_TEMPLATE_BLOCKED_BY_USER', 'The end user blocked this template'),
  error(7031, 'EC_INVALID_WA_FLOW', 'Invalid flow'),
  error(7032, 'EC_FREQUENCY_CAPPING', 'The end user received too many marketing messages'),
  error(7033, 'EC_MARKETING_OPT_OUT', 'The end user opted out of marketing messages'),
  error(7034, 'EC_SENDER_NOT_REGISTERED', 'The sender is not registered'),
  error(7035, 'EC_CALL_PERMISSION_REQUEST_FAILED', 'The end user was asked for permission to call too often', false),
  error(7036, 'EC_TEMPLATE_NOT_SYNCED', 'The template is not synchronised yet', false),
  error(7037, 'EC_TEMPLATE_NOT_AVAILABLE', 'The template is not available for marketing messages yet', false),
  error(7050, 'EC_PROVIDER_INTERNAL_ERROR', 'Provider internal error', false),
  error(7051, 'EC_PROVIDER_TIMEOUT_ERROR', 'Provider timeout', false),
  error(7080, 'EC_INTERNAL_ERROR', 'Internal error'),
  error(7082, 'EC_TEMPORARY_GATEWAY_ERROR', 'Temporary gateway error'),
  error(7280, 'EC_DUPLICATE_REQUEST', 'Duplicate request'),
]

/** The error with this id; an unknown id is an internal error of that id. */
export function deliveryError(id: number): DeliveryError {
  return ERRORS.find((one) => one.id === id) ?? error(id, 'EC_INTERNAL_ERROR', 'Internal error')
}
