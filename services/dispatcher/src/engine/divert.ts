import { conversationKey, parkedTopic, peekSend } from '@imchannel/events'
import type { Diversion, IncomingRecord } from '@imchannel/kafka'
import type { Accounts } from '../adapters/accounts.ts'
import type { ParkedBacklog } from '../adapters/parked-backlog.ts'
import type { ParkingQueue } from '../adapters/parking-queue.ts'
import { parkedCopy } from '../domain/parked-copy.ts'
import { rankOf, sendClassOf } from '../domain/send-class.ts'
import type { Rank } from '../domain/send-class.ts'
import { withUsableTimestamp } from '../domain/written-at.ts'
import type { Instruments } from '../instruments.ts'
import { noteCopies, waitsElsewhere } from './owned-partitions.ts'
import type { Owned, OwnedPartitions } from './owned-partitions.ts'
import type { AccountQueue } from './account-queue.ts'
import type { BindingOfTopic } from './topic-bindings.ts'

export interface DiversionDependencies {
  owned: OwnedPartitions
  accounts: Accounts
  queue: ParkingQueue
  backlog: ParkedBacklog
  instruments: Instruments
  bindingOfTopic: BindingOfTopic
  /** Whether a command is sent although its account's commands are parked. */
  passes(place: Owned, line: AccountQueue, command: { lane: string; rank: Rank }): boolean
}

/**
 * Parks the further commands of who is parked already, in bulk: told apart by whose they are alone, and written with what came with
 * them. Whether they are right is looked at when they are read there.
 */
export function createDiversion(deps: DiversionDependencies): Diversion {
  const { owned, accounts, queue, backlog, instruments } = deps
  /** Taken since the last were written: one addition to a meter for all of them. */
  const counts = new Map<AccountQueue, number>()

  /** The line that the record belongs behind, where nothing of its conversation is still in a lane here; takes it down there. */
  function lineFor(record: IncomingRecord): AccountQueue | undefined {
    const place = owned.find(record)
    if (place === undefined || place.parkedLines.size === 0) return undefined
    const send = peekSend(record)
    if (send === undefined) return undefined
    const { tenant, from, to } = send
    const bound = deps.bindingOfTopic(record.topic)
    if ((bound.tenant ?? tenant) !== tenant) return undefined
    const account = accounts.find(tenant, from)?.account.settings.id
    const line = place.lines.get(`${tenant}/${account}`)
    if (line?.mode !== 'parked' || !line.isKnown) return undefined
    const lane = conversationKey({ tenant, business: from, customer: to })
    if (line.hasLane(lane) || waitsElsewhere(place, line, lane)) return undefined
    const rank = rankOf(sendClassOf(send.class, bound.class))
    if (deps.passes(place, line, { lane, rank })) return undefined
    noteCopies(place, line, lane)
    line.countCopy(rank)
    return line
  }

  return {
    copyOf: (record) => {
      const line = lineFor(record)
      if (line === undefined) return undefined
      counts.set(line, (counts.get(line) ?? 0) + 1)
      return parkedCopy(
        withUsableTimestamp(record, Date.now()),
        parkedTopic(record.topic, line.tenant),
        backlog.partitions(record.topic),
      )
    },
    write: (copies) => {
      for (const [line, count] of counts) instruments.parked(line.tenant, line.why ?? '', count)
      counts.clear()
      return queue.add(copies)
    },
  }
}
