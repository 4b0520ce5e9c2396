import type { IncomingRecord } from '@imchannel/kafka'

/** How the commands of one account in one partition go: to Infobip, to the parked topic, or nowhere for a moment. */
export type LineMode = 'direct' | 'parked' | 'held'

/** The commands of one account in one partition, lane by lane. */
export interface TenantLine {
  readonly tenant: string
  readonly account: string
  readonly mode: LineMode
  readonly why: string | undefined
  /** Delivered, unfinished, and not on their way to the parked topic. */
  readonly waiting: number
  /** Whether the parked topic was asked about this line since the partition came. */
  isKnown: boolean
  /** Copies on their way, by record. */
  readonly copies: Map<IncomingRecord, Promise<boolean>>
  enter(record: IncomingRecord, lane: string): void
  /** Whether nothing before it in its lane still waits: then its copy may go at once. */
  isFirst(record: IncomingRecord): boolean
  /** Whether commands of the lane wait. */
  hasLane(lane: string): boolean
  /** Takes the record and all behind it in its lane out of what waits, in their order. */
  takeFrom(record: IncomingRecord): IncomingRecord[]
  leave(record: IncomingRecord): void
  /** All that are delivered and have not left. */
  unfinished(): IncomingRecord[]
  park(why: string): void
  hold(): void
  goDirect(): void
  /** Resolves when a hold ends, either way. */
  decided(): Promise<void>
  /** Fires when the line is parked; a new one after each return. */
  parkedSignal(): AbortSignal
}

export function createTenantLine(tenant: string, account: string): TenantLine {
  const lanes = new Map<string, Set<IncomingRecord>>()
  const laneOf = new Map<IncomingRecord, string>()
  const copies = new Map<IncomingRecord, Promise<boolean>>()
  let mode: LineMode = 'direct'
  let why: string | undefined
  let parking = new AbortController()
  let decision = Promise.withResolvers<void>()

  function remove(record: IncomingRecord): void {
    const lane = laneOf.get(record)
    if (lane === undefined) return
    laneOf.delete(record)
    const records = lanes.get(lane)
    records?.delete(record)
    if (records?.size === 0) lanes.delete(lane)
  }

  return {
    tenant,
    account,
    get mode() {
      return mode
    },
    get why() {
      return why
    },
    get waiting() {
      return laneOf.size
    },
    isKnown: false,
    copies,
    enter: (record, lane) => {
      laneOf.set(record, lane)
      const records = lanes.get(lane) ?? new Set()
      lanes.set(lane, records.add(record))
    },
    isFirst: (record) => {
      for (const first of lanes.get(laneOf.get(record) ?? '') ?? []) return first === record
      return true
    },
    hasLane: (lane) => lanes.has(lane),
    takeFrom: (record) => {
      const records = [...(lanes.get(laneOf.get(record) ?? '') ?? [])]
      const taken = records.slice(Math.max(0, records.indexOf(record)))
      for (const one of taken) remove(one)
      return taken
    },
    leave: (record) => {
      remove(record)
      copies.delete(record)
    },
    unfinished: () => [...laneOf.keys(), ...copies.keys()],
    park: (reason) => {
      mode = 'parked'
      why = reason
      parking.abort()
      decision.resolve()
    },
    hold: () => {
      mode = 'held'
      decision = Promise.withResolvers()
    },
    goDirect: () => {
      mode = 'direct'
      why = undefined
      parking = new AbortController()
      decision.resolve()
    },
    decided: () => decision.promise,
    parkedSignal: () => parking.signal,
  }
}
