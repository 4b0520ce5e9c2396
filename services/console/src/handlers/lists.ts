import { byIds } from '../adapters/store/read-conversations.ts'
import {
  countByCode,
  listRecords,
  readAcceptedAfter,
  readExamples,
  readMinutes,
  readProblems,
} from '../adapters/store/read-lists.ts'
import type { RecordRow } from '../adapters/store/read-timeline.ts'
import { readReplays } from '../adapters/store/replay-marks.ts'
import type { Database } from '../adapters/store/tables.ts'
import { mayAs } from '../domain/access.ts'
import { costsOf } from '../domain/cost-counts.ts'
import { cursorText, readCursor } from '../domain/cursor.ts'
import { headerIn } from '../domain/describe-record.ts'
import { groupProblems } from '../domain/group-problems.ts'
import { MASKED } from '../domain/mask.ts'
import { placeText } from '../domain/record-frame.ts'
import { jsonOf, parseValue } from '../domain/record-value.ts'
import { readSpan } from '../domain/span.ts'
import { timeText } from '../domain/time-text.ts'
import type { DeadLetters } from '../http/api/lists.ts'
import { type Handler, tenantsOf } from '../http/call.ts'

type Id = 'listProblems' | 'listDeadLetters' | 'listUnrecognised' | 'listAudit' | 'getOverview'

const PAGE = 50

/** What went wrong, what was set aside, who did what: masked always, a conversation is where masks are lifted. */
export function listHandlers({
  database: { read },
  now,
}: {
  readonly database: Pick<Database, 'read'>
  readonly now: () => number
}): { readonly [Name in Id]: Handler<Name> } {
  return {
    async listProblems(call) {
      const span = readSpan(call.query, now())
      const groups = groupProblems(await readProblems(read, { tenants: tenantsOf(call, 'viewer'), ...span }), span.bars)
      const examples = await readExamples(
        read,
        groups.map(({ lastId }) => lastId),
      )
      return {
        from: timeText(span.from),
        to: timeText(span.to),
        bucketMs: span.bucketMs,
        problems: groups.map(({ lastId, sender, template, firstAt, lastAt, kind, ...group }) => {
          const example = examples.get(lastId)
          return {
            ...group,
            // What a row has in this column is one of these, or was written by a later version.
            kind: kind as 'rejected' | 'expired' | 'failed' | 'unrecognised',
            ...(sender === null ? {} : { sender: MASKED.party(sender) }),
            ...(template === null ? {} : { template }),
            firstAt: timeText(firstAt),
            lastAt: timeText(lastAt),
            reason: MASKED.reason(example?.reason ?? ''),
            example: { record: String(lastId), ...linksOf(example) },
          }
        }),
      }
    },

    async listDeadLetters(call) {
      const tenants = tenantsOf(call, 'viewer')
      const [before] = readCursor(call.query['before']) ?? []
      const code = call.query['code'] || undefined
      const [rows, counts] = await Promise.all([
        listRecords(read, 'deadletter', { tenants, code, before, limit: PAGE + 1 }),
        countByCode(read, 'deadletter', tenants),
      ])
      const shown = rows.slice(0, PAGE)
      const marks = await readReplays(read, shown.map(placeText))
      const conversations = await byIds(
        read,
        shown.flatMap(({ conversation }) => conversation ?? []),
      )
      return {
        total: counts.reduce((sum, { count }) => sum + count, 0),
        codes: counts,
        letters: shown.map((row) => {
          const mark = marks.get(placeText(row))
          const parties = conversations.find(({ id }) => id === row.conversation)
          return {
            ...letterOf(row),
            ...(parties === undefined
              ? {}
              : { business: MASKED.party(parties.business), customer: MASKED.party(parties.customer) }),
            mayReplay: mayAs(call.access.get(row.tenant), 'operator'),
            ...(mark === undefined
              ? {}
              : {
                  replay: {
                    state: mark.state as 'requested' | 'replayed' | 'left', // written by replay-marks alone
                    at: timeText(mark.at),
                    by: mark.by_user,
                    ...(mark.reason === null ? {} : { reason: mark.reason }),
                  },
                }),
          }
        }),
        ...beforeOf(rows),
      }
    },

    async listUnrecognised(call) {
      const tenants = tenantsOf(call, 'viewer')
      const [before] = readCursor(call.query['before']) ?? []
      const [rows, counts] = await Promise.all([
        listRecords(read, 'unrecognised', { tenants, before, limit: PAGE + 1 }),
        countByCode(read, 'unrecognised', tenants),
      ])
      return {
        total: counts.reduce((sum, { count }) => sum + count, 0),
        webhooks: rows.slice(0, PAGE).map((row) => ({
          id: String(row.id),
          at: timeText(row.at),
          tenant: row.tenant,
          code: row.code ?? 'unknown',
          reason: MASKED.reason(row.reason ?? ''),
        })),
        ...beforeOf(rows),
      }
    },

    async listAudit(call) {
      const [before] = readCursor(call.query['before']) ?? []
      const rows = await listRecords(read, 'audit', { tenants: tenantsOf(call, 'admin'), before, limit: PAGE + 1 })
      return {
        entries: rows.slice(0, PAGE).map((row) => {
          const data = jsonOf(parseValue(row.value))
          const detail = data.text('detail') ?? data.text('place')
          return {
            id: String(row.id),
            at: timeText(row.at),
            by: data.text('by') ?? '',
            action: data.text('action') ?? '',
            tenant: row.tenant,
            outcome: data.text('outcome') ?? '',
            ...(detail === undefined ? {} : { detail }),
          }
        }),
        ...beforeOf(rows),
      }
    },

    async getOverview(call) {
      const tenants = tenantsOf(call, 'viewer')
      const span = readSpan(call.query, now())
      const [minutes, after, letters, unread] = await Promise.all([
        readMinutes(read, { tenants, ...span }),
        readAcceptedAfter(read, tenants, span.from),
        countByCode(read, 'deadletter', tenants),
        countByCode(read, 'unrecognised', tenants),
      ])
      const series = (...kinds: string[]): number[] => {
        const bars = Array.from({ length: span.bars }, () => 0)
        for (const { kind, bucket, count } of minutes)
          if (kinds.includes(kind)) bars[bucket] = (bars[bucket] ?? 0) + count
        return bars.slice(0, span.bars)
      }
      const sorted = after.toSorted((a, b) => a - b)
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
      return {
        from: timeText(span.from),
        to: timeText(span.to),
        bucketMs: span.bucketMs,
        received: series('received'),
        commands: series('command'),
        accepted: series('accepted'),
        delivered: series('delivered'),
        failed: series('rejected', 'expired', 'failed'),
        ...(sorted.length === 0 ? {} : { acceptedAfterMs: { p50: at(0.5), p95: at(0.95), count: sorted.length } }),
        deadLetters: letters.reduce((sum, { count }) => sum + count, 0),
        unrecognised: unread.reduce((sum, { count }) => sum + count, 0),
        costs: costsOf(minutes),
      }
    },
  }
}

function letterOf(row: RecordRow): Omit<DeadLetters['letters'][number], 'mayReplay'> {
  const gate = headerIn(row.headers, 'imchannel-gate')
  const commandId = headerIn(row.headers, 'ce_id') ?? jsonOf(parseValue(row.value)).text('id')
  return {
    id: String(row.id),
    at: timeText(row.at),
    tenant: row.tenant,
    code: row.code ?? 'unknown',
    ...(gate === undefined ? {} : { gate }),
    reason: MASKED.reason(row.reason ?? ''),
    attempts: Number(headerIn(row.headers, 'imchannel-attempts') ?? 0),
    ...(commandId === undefined ? {} : { commandId: MASKED.id(commandId) }),
    ...(row.conversation === null ? {} : { conversation: String(row.conversation) }),
  }
}

function linksOf(row: RecordRow | undefined): { conversation?: string; message?: string } {
  return {
    ...(row?.conversation == null ? {} : { conversation: String(row.conversation) }),
    ...(row?.message == null ? {} : { message: String(row.message) }),
  }
}

function beforeOf(rows: readonly RecordRow[]): { before?: string } {
  const last = rows[PAGE - 1]
  const text = rows.length > PAGE && last !== undefined ? cursorText([last.id]) : undefined
  return text === undefined ? {} : { before: text }
}
