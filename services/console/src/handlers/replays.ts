import type { Config } from '@imchannel/config'
import { type DeadLetter, readDeadLetter } from '@imchannel/dead-letters'
import type { IncomingRecord } from '@imchannel/kafka'
import type { Replayer } from '../adapters/replayer.ts'
import { listRecords, readRecord } from '../adapters/store/read-lists.ts'
import type { RecordRow } from '../adapters/store/read-timeline.ts'
import { beginReplays, endReplays, readReplays } from '../adapters/store/replay-marks.ts'
import type { Database } from '../adapters/store/tables.ts'
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
      if (known !== undefined && known.state !== 'left') return known
      await audit({ action: 'replay', by: call.user.name, tenant: row.tenant, place, outcome: 'requested' })
      // Named by its own id, as `--id` of the command line: also what was given up without knowing whether it was sent.
      await run([row], call.user.name, true)
      return (await markOf(place)) ?? { state: 'requested' }
    },

    async replay(call) {
      const { tenant, code, since, until, confirm } = call.body
      const tenants = tenantsOf(call, 'operator', tenant ?? '')
      const rows = await listRecords(database.read, 'deadletter', { tenants, code, limit: MOST + 1 })
      const fitting = rows.filter(
        (row) =>
          (since === undefined || row.written_at >= Date.parse(since)) &&
          (until === undefined || row.written_at < Date.parse(until)) &&
          // What a gate refused it would refuse again: only where somebody names its code.
          (code !== undefined || headerIn(row.headers, 'imchannel-gate') === undefined),
      )
      if (fitting.length > MOST)
        throw new ConsoleError('bad_request', {
          detail: `more than ${MOST} fit: narrow the filter, or use "imchannel deadletter replay"`,
        })
      const marks = await readReplays(database.read, fitting.map(placeText))
      const open = fitting.filter((row) => (marks.get(placeText(row))?.state ?? 'left') === 'left')
      const outcomeUnknown = code === 'outcome_unknown'
      if (confirm === undefined) {
        const { send, left } = await replayer.plan(
          open.map((row) => letterOf(row, config())),
          outcomeUnknown,
        )
        return { count: send.size, written: false, left: countsOf(left) }
      }
      const { send } = await replayer.plan(
        open.map((row) => letterOf(row, config())),
        outcomeUnknown,
      )
      if (send.size !== confirm)
        throw new ConsoleError('count_changed', { detail: `it was ${confirm}, and is ${send.size} now: count anew` })
      const going = open.filter((row) => send.has(`${row.partition}:${row.offset}`))
      for (const [owner, some] of Map.groupBy(going, (row) => row.tenant))
        await audit({
          action: 'replay',
          by: call.user.name,
          tenant: owner,
          outcome: 'requested',
          detail: `${some.length} dead letters${code === undefined ? '' : ` with ${code}`}`,
        })
      // Oldest first, as they came.
      const { written, left } = await run(going.toReversed(), call.user.name, outcomeUnknown)
      return { count: written.size, written: true, left: countsOf(left) }
    },
  }

  async function markOf(place: string): Promise<Replayed | undefined> {
    const mark = (await readReplays(database.write, [place])).get(place)
    if (mark === undefined) return undefined
    // Written by replay-marks alone.
    const state = mark.state as Replayed['state']
    return { state, ...(mark.reason === null ? {} : { reason: mark.reason }) }
  }
}

/** As the store has it: enough to decide; the bytes that are written come from Kafka. */
function letterOf(row: RecordRow, config: Config): DeadLetter {
  const headers = JSON.parse(row.headers) as [string, string][] // written by frameOf alone
  const record: IncomingRecord = {
    topic: row.topic,
    partition: row.partition,
    offset: String(row.offset),
    timestamp: row.written_at,
    key: row.key === null ? null : Buffer.from(row.key),
    value: row.value === null ? null : Buffer.from(row.value),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, Buffer.from(value)])),
  }
  return readDeadLetter(record, config)
}

function countsOf(left: ReadonlyMap<string, string>): { reason: string; count: number }[] {
  return [...Map.groupBy(left, ([, reason]) => reason)].map(([reason, some]) => ({ reason, count: some.length }))
}
