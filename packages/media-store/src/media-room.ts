import { inboundKey } from './inbound-media-key.ts'
import { mediaKey } from './media-key.ts'

/** What media are for: to be sent, or copies of what customers sent. Each has a part of the budget that the other never takes. */
export type MediaRoom = 'outbound' | 'inbound'

/** Of the budget. A copy of what Infobip keeps for a week can be fetched again; what is to be sent cannot wait. */
const SHARE: Readonly<Record<MediaRoom, number>> = { outbound: 0.75, inbound: 0.25 }

/** Of a room: each tenant has an even part of it to itself, and the rest goes to whoever comes first. */
const OWN_SHARE = 0.5

/** Bytes. What a tenant has of its own no other's media take, so none of them can end the sending of another. */
export interface RoomSizes {
  readonly all: number
  readonly ofEachTenant: number
  readonly shared: number
}

export function roomSizes(room: MediaRoom, budgetBytes: number, tenants: number): RoomSizes {
  // Never nothing: that would be no limit.
  const all = Math.max(1, Math.floor(budgetBytes * SHARE[room]))
  const ofEachTenant = Math.floor((all * OWN_SHARE) / Math.max(1, tenants))
  return { all, ofEachTenant, shared: all - ofEachTenant * Math.max(1, tenants) }
}

/** The Redis key of a media item of this room. */
export function keyIn(room: MediaRoom, id: string): string {
  return room === 'inbound' ? inboundKey(id) : mediaKey(id)
}
