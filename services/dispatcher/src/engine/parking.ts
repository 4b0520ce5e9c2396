import { parkedTopic } from '@imchannel/events'
import type { Diversion, IncomingRecord, TopicPartition } from '@imchannel/kafka'
import type { AccountInUse, Accounts } from '../adapters/accounts.ts'
import type { ParkedBacklog } from '../adapters/parked-backlog.ts'
import type { ParkingQueue } from '../adapters/parking-queue.ts'
import { Abandoned, unlessAbandoned } from '../adapters/wait.ts'
import { parkedCopy } from '../domain/parked-copy.ts'
import { BULK } from '../domain/send-class.ts'
import type { Rank } from '../domain/send-class.ts'
import { withUsableTimestamp } from '../domain/written-at.ts'
import type { Instruments } from '../instruments.ts'
import { createDiversion } from './divert.ts'
import {
  copiesDrained,
  createOwnedPartitions,
  followsCopies,
  goesPast,
  lineOf,
  noteCopies,
  waitsElsewhere,
} from './owned-partitions.ts'
import type { Owned } from './owned-partitions.ts'
import type { AccountQueue } from './account-queue.ts'
import type { BindingOfTopic } from './topic-bindings.ts'
import type { Handled, Work } from './work.ts'

/** Whose a command is that was delivered, and what it waits behind. */
export interface Delivery {
  readonly tenant: string
  readonly account: string | undefined
  readonly lane: string
  readonly rank: Rank
}

/** Decides which commands wait in the parked topic, and writes them there. See docs/decisions/0004-parking.md. */
export interface Parking {
  /**
   * A send was delivered: where its account is parked, its copy is on its way before anything else happens. One whose number is
   * in no account, as while a configuration is changed, waits too: nothing of its conversation is to go past it.
   */
  intake(record: IncomingRecord, who: Delivery): void
  /** Why the command is to wait there instead of in its lane; undefined where it is to be sent. May wait for the answer. */
  reasonToPark(work: Work, account: AccountInUse): Promise<string | undefined>
  park(work: Work, why: string): Promise<Handled>
  /** Fires when the commands of this one's account and partition begin to be parked. */
  signalFor(work: Work): AbortSignal
  /** A copy that is on its way already: nothing else is to be done with the command here. */
  copyOf(record: IncomingRecord): Promise<boolean> | undefined
  finished(record: IncomingRecord): void
  /** What was delivered below an offset is finished elsewhere, and waits here no more. */
  left(place: TopicPartition & { below: number }): void
  /** What is parked in bulk, before it would be handled. */
  readonly diversion: Diversion
  assigned(partitions: readonly TopicPartition[]): void
  /** Numbers of these tenants went to other accounts: each account learns anew what it has to stand behind. */
  moved(tenants: ReadonlySet<string>): void
  /** Looks which parked accounts can go back to being sent directly. */
  review(): Promise<void>
  /** What is parked, for the gauge. */
  parked(): { tenant: string; account: string; topic: string; partition: number; why: string }[]
}

/** A command that was delivered here and has not left. */
interface Placed {
  readonly owned: Owned
  readonly line: AccountQueue
  readonly lane: string
  readonly rank: Rank
  /** It goes past what is parked, as was said when it was asked last. */
  isPassing: boolean
}

export interface ParkingDependencies {
  queue: ParkingQueue
  backlog: ParkedBacklog
  accounts: Accounts
  instruments: Instruments
  /** Commands of one account that may wait in one partition. */
  maxWaiting(): number
  /** Records that one partition, and all, may hold in memory: from half of it on the greedy are parked. */
  window: { partition: number; all: number }
  /** Whether all accounts of a tenant that it can be parked for are well. */
  isWell(tenant: string, account: string): boolean
  bindingOfTopic: BindingOfTopic
  sleep(ms: number): Promise<void>
}

const NOT_DRAINED = 'its parked commands are not drained'
/** A gap in the parked partition that the second group works off within a second or two. */
const NEARLY_DRAINED = 200
const POLL_MS = 250
/** No account has an empty id. */
const NOBODYS = ''
/** The second group commits every second; a hold that takes longer than this met something else. */
const HOLD_MS = 15_000
/** Nothing was finished for three commits: what stands first waits for an account or a conversation that takes its time. */
const STUCK_MS = 3_000

export function createParking(deps: ParkingDependencies): Parking {
  const { queue, backlog, instruments } = deps
  const owned = createOwnedPartitions(backlog, (place) => (waitingInAll -= place.waiting))
  const places = new WeakMap<IncomingRecord, Placed>()
  /** What was committed of a line's parked partition when it was last looked at. */
  const lastSeen = new WeakMap<AccountQueue, bigint>()
  let waitingInAll = 0

  function begin(place: Owned, line: AccountQueue, why: string): void {
    if (line.mode === 'parked') return
    line.park(why)
    place.parkedLines.add(line)
    instruments.tenantParked(line.tenant, place.topic, place.partition, why)
  }

  /** Decides, once for each assignment, whether the line has something in its parked topic to stand behind. */
  function learn(place: Owned, line: AccountQueue, backlogged: ReadonlySet<string>): void {
    if (line.isKnown) return
    line.isKnown = true
    const isBehind = backlogged.has(parkedTopic(place.topic, line.tenant)) || hasCopiesOnTheWay(place, line)
    line.isIndexed = !isBehind
    if (isBehind && line.mode === 'direct') begin(place, line, NOT_DRAINED)
  }

  function hasCopiesOnTheWay(place: Owned, line: AccountQueue): boolean {
    const partition = place.partition % backlog.partitions(place.topic)
    return queue.pending(parkedTopic(place.topic, line.tenant), partition) > 0
  }

  /** Puts a record's copy, and those of all that wait behind it in its lane, on their way. */
  function enqueueFrom(place: Owned, line: AccountQueue, record: IncomingRecord): void {
    const taken = line.takeFrom(record)
    const lane = places.get(record)?.lane
    if (lane !== undefined) noteCopies(place, line, lane)
    for (const next of taken) line.countCopy(places.get(next)?.rank ?? BULK)
    const stored = queue.add(taken.map((next) => copyFor(place, line, next)))
    for (const [index, next] of taken.entries()) {
      const copied = stored.then((all) => all[index] === true)
      line.copies.set(next, copied)
    }
    instruments.parked(line.tenant, line.why ?? '', taken.length)
  }

  function copyFor(place: Owned, line: AccountQueue, record: IncomingRecord) {
    return parkedCopy(
      withUsableTimestamp(record, Date.now()),
      parkedTopic(place.topic, line.tenant),
      backlog.partitions(place.topic),
    )
  }

  function exceedsFairShare(place: Owned, line: AccountQueue): boolean {
    // They wait for seconds at most, and are refused then.
    if (line.account === NOBODYS) return false
    if (line.waiting > deps.maxWaiting()) return true
    const active = Math.max(1, [...place.lines.values()].filter((one) => one.waiting > 0).length)
    if (place.waiting > deps.window.partition / 2) return line.waiting >= place.waiting / active
    return waitingInAll > deps.window.all / 2 && line.waiting > deps.maxWaiting() / 5
  }

  /** Whether it is sent although its account's commands are parked. */
  function passes(place: Owned, line: AccountQueue, command: { lane: string; rank: Rank }): boolean {
    return line.mode !== 'direct' && goesPast(place, line, { ...command, most: deps.maxWaiting() / 5 })
  }

  /** Holds the line and lets it go directly once the parked partition is drained to the end that it had then. */
  async function tryReturn(place: Owned, line: AccountQueue): Promise<void> {
    line.open()
    const topic = parkedTopic(place.topic, line.tenant)
    const partition = place.partition % backlog.partitions(place.topic)
    const before = await backlog.look(topic, partition)
    const gap = before.end - before.committed
    // Held behind a head that waits for another account, its commands would wait for nothing.
    const isDraining = gap === 0n || before.committed > (lastSeen.get(line) ?? before.committed)
    lastSeen.set(line, before.committed)
    if (gap > NEARLY_DRAINED || !isDraining || line.mode !== 'parked') return
    line.hold()
    const until = performance.now() + HOLD_MS
    try {
      while (queue.pending(topic, partition) > 0) await pollHeld(place, line, until)
      const stored = place.copyings
      const { end } = await backlog.look(topic, partition)
      let [last, movedAt] = [before.committed, performance.now()]
      for (;;) {
        const { committed } = await backlog.look(topic, partition)
        if (committed >= end) break
        if (committed > last) [last, movedAt] = [committed, performance.now()]
        await pollHeld(place, line, Math.min(until, movedAt + STUCK_MS))
      }
      copiesDrained(place, line.tenant, stored)
      line.isIndexed = true
      line.sendDirectly()
      place.parkedLines.delete(line)
      instruments.tenantParked(line.tenant, place.topic, place.partition, undefined)
    } catch (error) {
      // Too slow, too many held, or the account fell ill again: back to parking, in order.
      line.park(line.why ?? NOT_DRAINED)
      if (!(error instanceof HoldEnded)) throw error
    }
  }

  async function pollHeld(place: Owned, line: AccountQueue, until: number): Promise<void> {
    const tooMany = line.waiting > deps.maxWaiting() / 2
    if (place.gone || tooMany || performance.now() > until || !deps.isWell(line.tenant, line.account))
      throw new HoldEnded()
    await deps.sleep(POLL_MS)
  }

  function finished(record: IncomingRecord): void {
    const found = places.get(record)
    if (found === undefined) return
    places.delete(record)
    found.line.leave(record)
    found.owned.waiting--
    if (!found.owned.gone) waitingInAll--
  }

  return {
    intake: (record, { tenant, account, lane, rank }) => {
      const place = owned.find(record)
      if (place === undefined) return
      const line = lineOf(place, tenant, account ?? NOBODYS)
      places.set(record, { owned: place, line, lane, rank, isPassing: false })
      place.waiting++
      waitingInAll++
      line.enter(record, lane, rank)
      if (place.known !== undefined) learn(place, line, place.known)
      if (line.mode === 'direct' && followsCopies(place, line, lane)) begin(place, line, NOT_DRAINED)
      if (line.mode === 'direct' && exceedsFairShare(place, line)) begin(place, line, 'too many commands wait')
      if (line.mode !== 'parked' || !line.isKnown || !line.isFirst(record)) return
      if (passes(place, line, { lane, rank })) return
      if (!waitsElsewhere(place, line, lane)) enqueueFrom(place, line, record)
    },

    reasonToPark: async (work, account) => {
      const found = places.get(work.record)
      if (found === undefined || work.origin === 'parked') return undefined
      const { owned: place, line, lane } = found
      if (line.copies.has(work.record)) return line.why ?? 'parked'
      const backlogged = place.known ?? (await unlessAbandoned(place.backlogged, work.signal))
      learn(place, line, backlogged)
      const unwell = account.health.unwell()
      if (unwell !== undefined) {
        begin(place, line, unwell)
        line.close()
      }
      // Lent a class, it goes past them with the one that lends it.
      found.isPassing = passes(place, line, { lane, rank: work.rank() })
      if (found.isPassing) return undefined
      if (line.mode === 'held') await unlessAbandoned(line.decided(), work.signal)
      if (line.mode === 'direct' && followsCopies(place, line, lane)) begin(place, line, NOT_DRAINED)
      return line.mode === 'parked' ? (line.why ?? 'parked') : undefined
    },

    park: async (work, why) => {
      const found = places.get(work.record)
      if (found === undefined) throw new Abandoned('its partition is gone')
      const { owned: place, line } = found
      if (!line.copies.has(work.record)) enqueueFrom(place, line, work.record)
      const stored = await unlessAbandoned(line.copies.get(work.record) ?? Promise.resolve(false), work.signal)
      line.copies.delete(work.record)
      if (!stored) throw new Error('no parked topic takes a record of this size')
      instruments.waiting(work, `parked: ${why}`, 0)
      return 'parked'
    },

    signalFor: (work) => {
      const found = places.get(work.record)
      if (found === undefined) return new AbortController().signal
      return found.isPassing ? found.line.closedSignal() : found.line.parkedSignal()
    },

    copyOf: (record) => places.get(record)?.line.copies.get(record),

    finished,

    left: ({ below, ...place }) => {
      for (const line of owned.find(place)?.lines.values() ?? []) {
        for (const record of line.unfinished()) if (Number(record.offset) < below) finished(record)
      }
    },

    assigned: (partitions) => owned.assigned(partitions),

    moved: (tenants) => owned.askAgain(tenants),

    diversion: createDiversion({ ...deps, owned, passes }),

    review: async () => {
      const due = owned
        .all()
        .flatMap((place) =>
          [...place.lines.values()]
            .filter((line) => line.mode === 'parked' && deps.isWell(line.tenant, line.account))
            .map((line) => tryReturn(place, line)),
        )
      await Promise.all(due)
    },

    parked: () =>
      owned
        .all()
        .flatMap(({ topic, partition, lines }) =>
          [...lines.values()]
            .filter((line) => line.mode !== 'direct')
            .map(({ tenant, account, why = '' }) => ({ tenant, account, topic, partition, why })),
        ),
  }
}

class HoldEnded extends Error {
  override name = 'HoldEnded'
}
