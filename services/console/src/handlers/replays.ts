import type { Config } from '@imchannel/config'
import { type DeadLetter, readDeadLetter } from '@imchannel/dead-letters'
import type { Replayer } from '../adapters/replayer.ts'
import { incomingRecordOf } from '../adapters/store/incoming-record.ts'
import { type ListOptions, listRecords, readRecord } from '../adapters/store/read-lists.ts'
import type { RecordRow } from '../adapters/store/read-timeline.ts'
import { beginReplays, endReplays, isOpen, readReplays, type ReplayMark } from '../adapters/store/replay-marks.ts'
import type { Database } from '../adapters/store/tables.ts'
import { actorOf } from '../auth/tokens.ts'
import { headerIn } from '../domain/describe-record.ts'
import { readId } from '../domain/cursor.ts'
import { placeText } from '../domain/record-frame.ts'
import { ConsoleError } from '../errors.ts'
import type { Replayed } from '../http/api/lists.ts'
import { type Handler, requireRole, tenantsOf } from '../http/call.ts'
import type { Instruments } from '../instruments.ts'
import type { WriteAudit } from './write-audit.ts'

export interface ReplayHandlersOptions {
  readonly database: Pick<Database, 'read' | 'write'>
  readonly replayer: Replayer
  readonly audit: WriteAudit
  readonly config: () => Config
  readonly instruments: Instruments
  readonly now: () => number
}

/** What a person can oversee, and what is read from Kafka in one go. */
const MOST = 5_000
/** Read from the store at a time. */
const CHUNK = 1_000

/** Sending dead letters again: one, or what fits a filter. Each letter is begun by one asker alone. */
export function replayHandlers(options: ReplayHandlersOptions): {
  readonly replayDeadLetter: Handler<'replayDeadLetter'>
  readonly replay: Handler<'replay'>
} {
  const { database, replayer, audit, config, instruments, now } = options

  async function run(rows: readonly RecordRow[], by: string, outcomeUnknown: boolean) {
    const begun = await beginReplays(database.write, rows.map(placeText), { by, at: now() })
    const own = rows.filter((row) => begun.has(placeText(row)))
    const byPlace = new Map(own.map((row) => [`${row.partition}:${row.offset}`, placeText(row)]))
    const end = async (places: readonly string[], state: 'replayed' | 'left', reason: string | null) =>
      endReplays(database.write, places, { state, reason, at: now() })
    try {
      const { written, left } = await replayer.replay(
        own.map((row) => letterOf(row, config())),
        outcomeUnknown,
      )
      await end(
        [...written].flatMap((place) => byPlace.get(place) ?? []),
        'replayed',
        null,
      )
      const reasons = Map.groupBy(left, ([, reason]) => reason)
      for (const [reason, some] of reasons)
        await end(
          some.flatMap(([place]) => byPlace.get(place) ?? []),
          'left',
          reason,
        )
      instruments.actions.add(written.size, { action: 'replay', outcome: 'replayed' })
      instruments.actions.add(left.size, { action: 'replay', outcome: 'left' })
      return { written, left }
    } catch (error) {
      // Whatever was written is known to the dispatcher by its id: to begin anew sends nothing twice.
      await end([...byPlace.values()], 'left', 'it could not be done')
      throw error
    }
  }

  return {
    async replayDeadLetter(call): Promise<Replayed> {
      const row = await readRecord(database.read, readId(call.params['id']))
      if (row === undefined || row.kind !== 'deadletter') throw new ConsoleError('not_found')
      requireRole(call, row.tenant, 'operator')
      const place = placeText(row)
      const known = await markOf(place)
      if (known !== undefined && !isOpen(known, now())) return replayedOf(known)
      await audit({ action: 'replay', by: actorOf(call.user), tenant: row.tenant, place, outcome: 'requested' })
      // Named by its own id, as `--id` of the command line: also what was given up without knowing whether it was sent.
      await run([row], actorOf(call.user), true)
      const mark = await markOf(place)
      return mark === undefined ? { state: 'requested' } : replayedOf(mark)
    },

    async replay(call) {
      const { tenant, code, since, until, confirm } = call.body
      const tenants = tenantsOf(call, 'operator', tenant ?? '')
      const open = await openLetters({ tenants, code, since: momentOf(since), until: momentOf(until) })
      const outcomeUnknown = code === 'outcome_unknown'
      const letters = open.map((row) => letterOf(row, config()))
      const { send, left: kept } = await replayer.plan(letters, outcomeUnknown)
      if (confirm === undefined) return { count: send.size, written: false, left: countsOf(kept) }
      if (send.size !== confirm)
        throw new ConsoleError('count_changed', { detail: `it was ${confirm}, and is ${send.size} now: count anew` })
      const going = open.filter((row) => send.has(`${row.partition}:${row.offset}`))
      for (const [owner, some] of Map.groupBy(going, (row) => row.tenant))
        await audit({
          action: 'replay',
          by: actorOf(call.user),
          tenant: owner,
          outcome: 'requested',
          detail: `${some.length} dead letters${code === undefined ? '' : ` with ${code}`}`,
        })
      // Oldest first, as they came.
      const { written, left } = await run(going.toReversed(), actorOf(call.user), outcomeUnknown)
      return { count: written.size, written: true, left: countsOf(left) }
    },
  }

  async function markOf(place: string): Promise<ReplayMark | undefined> {
    return (await readReplays(database.write, [place])).get(place)
  }

  /** What fits a filter and nobody has replayed, the latest first. @throws ConsoleError where it is more than a person can oversee */
  async function openLetters(filter: Omit<ListOptions, 'before' | 'limit'>): Promise<RecordRow[]> {
    const open: RecordRow[] = []
    for (let before: number | undefined; open.length <= MOST;) {
      const rows = await listRecords(database.read, 'deadletter', { ...filter, before, limit: CHUNK })
      const marks = await readReplays(database.read, rows.map(placeText))
      for (const row of rows) {
        const mark = marks.get(placeText(row))
        // What a gate refused it would refuse again: only where somebody names its code.
        const isMeant = filter.code !== undefined || headerIn(row.headers, 'imchannel-gate') === undefined
        if (isMeant && (mark === undefined || isOpen(mark, now()))) open.push(row)
      }
      before = rows.at(-1)?.id
      if (rows.length < CHUNK) return open
    }
    throw new ConsoleError('bad_request', {
      detail: `more than ${MOST} fit: narrow the filter, or use "imchannel deadletter replay"`,
    })
  }
}

function momentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}

function replayedOf({ state, reason }: ReplayMark): Replayed {
  // Written by replay-marks alone.
  return { state: state as Replayed['state'], ...(reason === null ? {} : { reason }) }
}

/** As the store has it: enough to decide; the bytes that are written come from Kafka. */
function letterOf(row: RecordRow, config: Config): DeadLetter {
  return readDeadLetter(incomingRecordOf(row), config)
}

function countsOf(left: ReadonlyMap<string, string>): { reason: string; count: number }[] {
  return [...Map.groupBy(left, ([, reason]) => reason)].map(([reason, some]) => ({ reason, count: some.length }))
}
