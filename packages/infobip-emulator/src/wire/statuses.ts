/** A status as Infobip writes it into answers, reports and logs. */
export interface Status {
  groupId: number
  groupName: string
  id: number
  name: string
  description: string
  action?: string
}

const GROUPS = ['ACCEPTED', 'PENDING', 'UNDELIVERABLE', 'DELIVERED', 'EXPIRED', 'REJECTED'] as const
export type StatusGroup = (typeof GROUPS)[number]

function status(group: StatusGroup, id: number, name: string, description: string): Status {
  return { groupId: GROUPS.indexOf(group), groupName: group, id, name, description }
}

export const PENDING_ENROUTE = status('PENDING', 7, 'PENDING_ENROUTE', 'Message sent to next instance')
export const PENDING_ACCEPTED = status('PENDING', 26, 'PENDING_ACCEPTED', 'Pending Accepted')
export const DELIVERED_TO_OPERATOR = status('DELIVERED', 2, 'DELIVERED_TO_OPERATOR', 'Message delivered to operator')
export const DELIVERED_TO_HANDSET = status('DELIVERED', 5, 'DELIVERED_TO_HANDSET', 'Message delivered to handset')
export const UNDELIVERABLE = status('UNDELIVERABLE', 9, 'UNDELIVERABLE_NOT_DELIVERED', 'Message sent not delivered')
export const EXPIRED = status('EXPIRED', 15, 'EXPIRED_EXPIRED', 'Message expired')
export const REJECTED_DUPLICATE = status(
  'REJECTED',
  23,
  'REJECTED_DUPLICATE_MESSAGE_ID',
  'A message with this ID was sent before',
)

export const REJECTED_SOURCE = status('REJECTED', 11, 'REJECTED_SOURCE', 'Invalid source address')

export const REJECTED_ROUTE = status('REJECTED', 19, 'REJECTED_ROUTE_NOT_AVAILABLE', 'Route not available')

export const REJECTED_BLOCKLISTED = status(
  'REJECTED',
  14,
  'REJECTED_DESTINATION_BLOCKLISTED',
  'Destination is on the blocklist',
)

const REJECTIONS: readonly Status[] = [
  status('REJECTED', 6, 'REJECTED_NETWORK', 'Network is forbidden'),
  status('REJECTED', 8, 'REJECTED_PREFIX_MISSING', 'Number prefix missing'),
  status('REJECTED', 10, 'REJECTED_DND', 'Destination is on the do-not-disturb list'),
  REJECTED_SOURCE,
  status('REJECTED', 12, 'REJECTED_NOT_ENOUGH_CREDITS', 'Not enough credits'),
  status('REJECTED', 13, 'REJECTED_SENDER', 'Sender is blocked'),
  REJECTED_BLOCKLISTED,
  status('REJECTED', 17, 'REJECTED_PREPAID_PACKAGE_EXPIRED', 'Account expired'),
  status('REJECTED', 18, 'REJECTED_DESTINATION_NOT_REGISTERED', 'Destination not registered'),
  REJECTED_ROUTE,
  status('REJECTED', 20, 'REJECTED_FLOODING_FILTER', 'Rejected by the flooding filter'),
  status('REJECTED', 21, 'REJECTED_SYSTEM_ERROR', 'System error'),
  REJECTED_DUPLICATE,
  status('REJECTED', 25, 'REJECTED_MESSAGE_TOO_LONG', 'Message is too long'),
  status('REJECTED', 51, 'REJECTED_MISSING_TO', 'Missing to'),
  status('REJECTED', 52, 'REJECTED_DESTINATION', 'Invalid destination address'),
  status('REJECTED', 100, 'REJECTED_PLATFORM', 'Rejected by the platform'),
]

/** The rejection with this id; an unknown id is a system error. */
export function rejection(id: number): Status {
  return REJECTIONS.find((one) => one.id === id) ?? status('REJECTED', 21, 'REJECTED_SYSTEM_ERROR', 'System error')
}
