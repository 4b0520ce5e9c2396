import type { Tenant } from '@imchannel/config'
import { chargedBy, isCountedIn, reservedBy } from '@imchannel/costs'
import { decodeEvent, messageIdOf, type ImEvent, type ImEventOf } from '@imchannel/events'
import type { CounterChange } from '@imchannel/fact-store'
import { sightingOf, spellingsOf } from '@imchannel/facts'
import type { IncomingRecord } from '@imchannel/kafka'
import { countsOf } from './limited-tenants.ts'

/** Of the tenants that are limited, by name. */
export interface CountedTenants {
  readonly tenants: ReadonlyMap<string, Tenant>
  /** Redis's time, epoch ms. */
  readonly now: number
}

export interface TenantChanges {
  readonly tenant: string
  readonly changes: readonly CounterChange[]
}

const COUNTED =
  /^imchannel\.(?:message\.(?:accepted|rejected|expired|delivery|received)|call\.received|cost\.recorded)\.v1$/

/** What a record says of counts; undefined for most. */
export function changesOfRecord(record: IncomingRecord, { tenants, now }: CountedTenants): TenantChanges | undefined {
  const type = record.headers['ce_type']?.toString() ?? ''
  const [tenant = ''] = (record.key?.toString() ?? '').split(':', 1)
  const limited = tenants.get(tenant)
  if (limited === undefined || record.unreadable !== undefined || !COUNTED.test(type)) return undefined
  const decoded = decodeEvent(record)
  if (decoded.outcome !== 'event' || decoded.event.tenant !== tenant) return undefined
  const changes = changesOf(decoded.event, limited, now)
  return changes.length === 0 ? undefined : { tenant, changes }
}

function changesOf(event: ImEvent, tenant: Tenant, now: number): CounterChange[] {
  if (event.type === 'imchannel.cost.recorded.v1') return settled(event, tenant, now)
  if (event.type === 'imchannel.message.accepted.v1') {
    const { reserved = [], messageId, commandId } = event.data
    const id = messageId ?? messageIdOf(event.tenant, commandId)
    return reserved.map(({ units, ...counter }) => ({ do: 'accept', counter, messageId: id, units }))
  }
  if (event.type === 'imchannel.message.rejected.v1' || event.type === 'imchannel.message.expired.v1') {
    const { error, dryRun, kind, commandId, from } = event.data
    if (dryRun === true || kind !== undefined || error?.code === 'outcome_unknown') return []
    return freed(tenant, { messageId: messageIdOf(event.tenant, commandId), from, now })
  }
  if (event.type === 'imchannel.message.delivery.v1') {
    const { final, status, messageId, from } = event.data
    const hasFailed = final && FAILED.includes(status.groupId)
    return hasFailed && messageId !== undefined ? freed(tenant, { messageId, from, now }) : []
  }
  return heard(event, tenant)
}

/** Undeliverable, expired, rejected. */
const FAILED: readonly (number | undefined)[] = [2, 4, 5]

function freed(
  tenant: Tenant,
  { messageId, from, now }: { messageId: string; from: string | undefined; now: number },
): CounterChange[] {
  return countsOf(tenant, from, now).map(({ previous, budget, scope, period }) => {
    return { do: 'free', counter: { budget, scope, period }, previous, messageId }
  })
}

function settled({ data }: ImEventOf<'imchannel.cost.recorded.v1'>, tenant: Tenant, now: number): CounterChange[] {
  // What others send by the number is none of what is limited here.
  if (data.commandId === undefined) return []
  const rank = 2 * data.revision + (data.reported === undefined ? 0 : 1)
  return countsOf(tenant, data.from, now).map(({ rule, previous, ...counter }) => ({
    do: 'settle',
    counter,
    previous,
    messageId: data.messageId,
    rank,
    units: chargedBy(rule, data),
    reserved: reservedBy(rule, data.estimate),
    isIncluded: isCountedIn(rule, data),
  }))
}

/** A customer wrote or called, whatever that does to windows. */
function heard(event: ImEvent, { conversationLimit }: Tenant): CounterChange[] {
  const seen = conversationLimit === undefined ? undefined : sightingOf(event)
  const at = seen?.state.openedAt ?? seen?.state.maybeAt
  if (seen === undefined || at === undefined) return []
  const names = new Set(seen.names.flatMap(spellingsOf))
  return [...names].map((to) => ({ do: 'heard', from: seen.business, to, at }))
}
