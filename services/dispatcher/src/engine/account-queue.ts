import type { IncomingRecord } from '@imchannel/kafka'
import { BULK } from '../domain/send-class.ts'
import type { Rank } from '../domain/send-class.ts'

/** How the commands of one account in one partition go: to Infobip, to the parked topic, or nowhere for a moment. */
export type LineMode = 'direct' | 'parked' | 'held'

/** The commands of one account in one partition, lane by lane. */
export interface AccountQueue {
  readonly tenant: string
  readonly account: string
  readonly mode: LineMode
  readonly why: string | undefined
  /** Delivered, unfinished, and not on their way to the parked topic. */
  readonly waiting: number
  /** Those of them that are no bulk. */
  readonly waitingFirst: number
  /** Whether the parked topic was asked about this line since the partition came. */
  isKnown: boolean
  /** Whether it is known of each of its conversations if something of it is parked. */
  isIndexed: boolean
  /** Parked, and nothing may go past what is. */
  readonly isClosed: boolean
  /** Copies made since it was last sent directly, of commands as urgent as a rank or more. */
  copiedUpTo(rank: Rank): number
  countCopy(rank: Rank): void
  /** Copies on their way, by record. */
  readonly copies: Map<IncomingRecord, Promise<boolean>>
  enter(record: IncomingRecord, lane: string, rank: Rank): void
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
  sendDirectly(): void
  /** Its account is out of service: what went past the parked ones is parked, too. */
  close(): void
  /** What nothing of its conversation is parked of may go past what is. */
  open(): void
  /** Resolves when a hold ends, either way. */
  decided(): Promise<void>
  /** Fires when the line is parked; a new one after each return. */
  parkedSignal(): AbortSignal
  /** Fires when it is closed; a new one each time it is opened. */
  closedSignal(): AbortSignal
}

export function createAccountQueue(tenant: string, account: string): AccountQueue {
  const lanes = new Map<string, Set<IncomingRecord>>()
  const laneOf = new Map<IncomingRecord, string>()
  const copies = new Map<IncomingRecord, Promise<boolean>>()
  let mode: LineMode = 'direct'
  let why: string | undefined
  const urgent = new Set<IncomingRecord>()
  let copied: number[] = []
  let parking = new AbortController()
  let closing = new AbortController()
  let decision = Promise.withResolvers<void>()

  function remove(record: IncomingRecord): void {
    const lane = laneOf.get(record)
    if (lane === undefined) return
    laneOf.delete(record)
    urgent.delete(record)
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
    get waitingFirst() {
      return urgent.size
    },
    isKnown: false,
    isIndexed: false,
    get isClosed() {
      return closing.signal.aborted
    },
    copiedUpTo: (rank) => copied.slice(0, rank + 1).reduce((sum, count) => sum + count, 0),
    countCopy: (rank) => {
      copied[rank] = (copied[rank] ?? 0) + 1
    },
    copies,
    enter: (record, lane, rank) => {
      laneOf.set(record, lane)
      if (rank < BULK) urgent.add(record)
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
    sendDirectly: () => {
      mode = 'direct'
      why = undefined
      copied = []
      parking = new AbortController()
      decision.resolve()
    },
    close: () => closing.abort(),
    open: () => {
      if (closing.signal.aborted) closing = new AbortController()
    },
    decided: () => decision.promise,
    parkedSignal: () => parking.signal,
    closedSignal: () => closing.signal,
  }
}
