/**
 * Infobip's message status, as answers, reports and logs carry it. `groupId` decides; names are for people.
 * Ids are not unique by themselves (87 is in groups 4 and 5), so a key is the group and the id together.
 */
export interface InfobipStatus {
  groupId: number
  groupName?: string
  id?: number
  name?: string
  description?: string
  action?: string
}

/** Status groups by id: what Infobip says became of a message. */
const statusGroups = {
  0: 'ACCEPTED',
  1: 'PENDING',
  2: 'UNDELIVERABLE',
  3: 'DELIVERED',
  4: 'EXPIRED',
  5: 'REJECTED',
}

/** What a sender can do about a refusal: nothing, try the same id again later, or see to the account first. */
export type Remedy = 'none' | 'retry-later' | 'account'

interface KnownStatus {
  name: string
  /** Present where the status is a refusal. */
  remedy?: Remedy
}

/** The statuses that Infobip publishes, by `groupId/id`. An unknown pair is read by its group alone. */
const knownStatuses: Readonly<Record<string, KnownStatus>> = {
  '1/3': { name: 'PENDING_WAITING_DELIVERY' },
  '1/7': { name: 'PENDING_ENROUTE' },
  '1/26': { name: 'PENDING_ACCEPTED' },
  '2/4': { name: 'UNDELIVERABLE_REJECTED_OPERATOR', remedy: 'none' },
  '2/9': { name: 'UNDELIVERABLE_NOT_DELIVERED', remedy: 'none' },
  '2/31': { name: 'UNDELIVERABLE_NOT_SENT', remedy: 'none' },
  '3/2': { name: 'DELIVERED_TO_OPERATOR' },
  '3/5': { name: 'DELIVERED_TO_HANDSET' },
  '4/15': { name: 'EXPIRED_EXPIRED', remedy: 'none' },
  '4/29': { name: 'EXPIRED_DLR_UNKNOWN', remedy: 'none' },
  '4/87': { name: 'SIGNALS_BLOCKED', remedy: 'none' },
  '5/6': { name: 'REJECTED_NETWORK', remedy: 'none' },
  '5/8': { name: 'REJECTED_PREFIX_MISSING', remedy: 'none' },
  '5/10': { name: 'REJECTED_DND', remedy: 'none' },
  '5/11': { name: 'REJECTED_SOURCE', remedy: 'none' },
  '5/12': { name: 'REJECTED_NOT_ENOUGH_CREDITS', remedy: 'account' },
  '5/13': { name: 'REJECTED_SENDER', remedy: 'none' },
  '5/14': { name: 'REJECTED_DESTINATION', remedy: 'none' },
  '5/17': { name: 'REJECTED_PREPAID_PACKAGE_EXPIRED', remedy: 'account' },
  '5/18': { name: 'REJECTED_DESTINATION_NOT_REGISTERED', remedy: 'none' },
  '5/19': { name: 'REJECTED_ROUTE_NOT_AVAILABLE', remedy: 'account' },
  '5/20': { name: 'REJECTED_FLOODING_FILTER', remedy: 'none' },
  '5/21': { name: 'REJECTED_SYSTEM_ERROR', remedy: 'retry-later' },
  '5/23': { name: 'REJECTED_DUPLICATE_MESSAGE_ID', remedy: 'none' },
  '5/24': { name: 'REJECTED_INVALID_UDH', remedy: 'none' },
  '5/25': { name: 'REJECTED_MESSAGE_TOO_LONG', remedy: 'none' },
  '5/51': { name: 'MISSING_TO', remedy: 'none' },
  '5/52': { name: 'REJECTED_DESTINATION', remedy: 'none' },
  '5/87': { name: 'SIGNALS_BLOCKED', remedy: 'none' },
  '5/100': { name: 'REJECTED_PLATFORM', remedy: 'retry-later' },
}

const groupIdByName = new Map<string, number>(Object.entries(statusGroups).map(([id, name]) => [name, Number(id)]))

/** Reads a status out of JSON; undefined where there is none. A group known by name alone gets its number. */
export function readStatus(value: unknown): InfobipStatus | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(value))
  const number = (name: string): number | undefined => {
    const field = fields.get(name)
    return typeof field === 'number' && Number.isInteger(field) ? field : undefined
  }
  const text = (name: string): string | undefined => {
    const field = fields.get(name)
    return typeof field === 'string' ? field : undefined
  }
  const groupId = number('groupId') ?? groupIdByName.get(text('groupName') ?? '')
  if (groupId === undefined) return undefined
  const status: InfobipStatus = { groupId }
  const [groupName, id, name, description, action] = [
    text('groupName'),
    number('id'),
    text('name'),
    text('description'),
    text('action'),
  ]
  if (groupName !== undefined) status.groupName = groupName
  if (id !== undefined) status.id = id
  if (name !== undefined) status.name = name
  if (description !== undefined) status.description = description
  if (action !== undefined) status.action = action
  return status
}

/** A repeated messageId: Infobip has the message already. */
export function isDuplicate(status: InfobipStatus): boolean {
  return status.groupId === 5 && (status.id === 23 || status.name === 'REJECTED_DUPLICATE_MESSAGE_ID')
}

/** True for groups 2, 4 and 5: refused, or given up. Group 0 is an acceptance, and a group nobody knows is not a failure. */
export function isRefusal(status: InfobipStatus): boolean {
  return status.groupId === 2 || status.groupId === 4 || status.groupId === 5
}

/** What can be done about a refusal; `none` for a status that nobody knows. */
export function remedyOf(status: InfobipStatus): Remedy {
  return knownStatuses[`${status.groupId}/${status.id}`]?.remedy ?? 'none'
}
