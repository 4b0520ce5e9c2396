import { headersOf } from '../domain/record-headers.ts'
import { byIds, type ConversationRow, searchConversations } from '../adapters/store/read-conversations.ts'
import { readRecord } from '../adapters/store/read-lists.ts'
import { type RecordRow, readTimeline } from '../adapters/store/read-timeline.ts'
import type { Database } from '../adapters/store/tables.ts'
import { REVEAL_MS } from '../config.ts'
import { mayAs } from '../domain/access.ts'
import { cursorText, readCursor, readId } from '../domain/cursor.ts'
import { MASKED, type Masks, PLAIN } from '../domain/mask.ts'
import { jsonOf, parseValue } from '../domain/record-value.ts'
import { originalText, withoutOriginal } from '../domain/original-text.ts'
import { timeText } from '../domain/time-text.ts'
import { viewStep } from '../domain/view-step.ts'
import { viewMessage } from '../domain/view-timeline.ts'
import { ConsoleError } from '../errors.ts'
import type { ConversationSummary } from '../http/api/conversation.ts'
import { type Call, type Handler, requireRole, tenantsOf } from '../http/call.ts'
import type { Instruments } from '../instruments.ts'
import { actorOf, type Tokens } from '../auth/tokens.ts'
import type { WriteAudit } from './write-audit.ts'

export interface ConversationHandlersOptions {
  readonly database: Pick<Database, 'read'>
  readonly tokens: Tokens
  readonly audit: WriteAudit
  readonly instruments: Pick<Instruments, 'actions'>
  readonly now: () => number
}

const CONVERSATIONS = 50
const MESSAGES = 50

type Of<Id extends 'search' | 'getConversation' | 'reveal' | 'getRecord'> = { readonly [Name in Id]: Handler<Name> }

/** Finding conversations, and showing them. */
export function conversationHandlers(
  options: ConversationHandlersOptions,
): Of<'search' | 'getConversation' | 'reveal' | 'getRecord'> {
  const { database, tokens, audit, instruments, now } = options
  const { read } = database

  async function conversationOf(call: Call<unknown>, id: number | undefined): Promise<ConversationRow> {
    const [row] = id === undefined ? [] : await byIds(read, [id])
    if (row === undefined || !call.access.has(row.tenant)) throw new ConsoleError('not_found')
    return row
  }

  return {
    async search(call) {
      const { query, tenant, before } = call.body
      const [lastAt, id] = readCursor(before) ?? []
      const found = await searchConversations(read, {
        tenants: tenantsOf(call, 'viewer', tenant ?? ''),
        query,
        before: lastAt === undefined || id === undefined ? undefined : [lastAt, id],
        limit: CONVERSATIONS,
      })
      const last = found.at(-1)?.conversation
      const isFull = found.filter(({ message }) => message === undefined).length === CONVERSATIONS
      const next = isFull && last !== undefined ? cursorText([last.last_at, last.id]) : undefined
      return {
        conversations: found.map(({ conversation, matched, message }) => ({
          ...summaryOf(conversation, MASKED),
          matched,
          ...(message === undefined ? {} : { message: String(message) }),
        })),
        ...(next === undefined ? {} : { before: next }),
      }
    },

    async getConversation(call) {
      const row = await conversationOf(call, readId(call.params['id']))
      const masks = call.reveals(String(row.id)) ? PLAIN : MASKED
      const [at, ref] = readCursor(call.query['before']) ?? []
      const before = at === undefined || ref === undefined ? undefined : ([at, ref] as const)
      const page = await readTimeline(read, row.id, { before, limit: MESSAGES })
      const next = cursorText(page.before)
      return {
        conversation: summaryOf(row, masks),
        masked: masks.masked,
        mayReveal: mayAs(call.access.get(row.tenant), 'operator'),
        window: windowOf(
          page.entries.flatMap(({ records }) => records),
          now(),
        ),
        messages: page.entries.map((entry) => viewMessage(entry, masks)),
        ...(next === undefined ? {} : { before: next }),
      }
    },

    async reveal(call) {
      const row = await conversationOf(call, readId(call.params['id']))
      requireRole(call, row.tenant, 'operator')
      const { tenant, business, customer } = row
      // First the audit: what could not be written down is not shown.
      await audit({
        action: 'reveal',
        by: actorOf(call.user),
        tenant,
        parties: { business, customer },
        outcome: 'revealed',
      })
      instruments.actions.add(1, { action: 'reveal', outcome: 'revealed' })
      const expiresAt = now() + REVEAL_MS
      const token = tokens.sealReveal(actorOf(call.user), String(row.id), expiresAt)
      return { token, expiresAt: timeText(expiresAt) }
    },

    async getRecord(call) {
      const row = await readRecord(read, readId(call.params['id']))
      if (row === undefined) throw new ConsoleError('not_found')
      requireRole(call, row.tenant, 'viewer')
      const masks = row.conversation !== null && call.reveals(String(row.conversation)) ? PLAIN : MASKED
      return detailOf(row, masks)
    },
  }
}

function summaryOf(row: ConversationRow, masks: Masks): ConversationSummary {
  const { id, tenant, business, customer } = row
  return {
    id: String(id),
    tenant,
    ...(business === '-' ? {} : { business: masks.party(business) }),
    ...(customer === '-' ? {} : { customer: masks.party(customer) }),
    firstAt: timeText(row.first_at),
    lastAt: timeText(row.last_at),
    records: row.records,
  }
}

/** What the records that are shown tell of the customer service window; without an inbound among them nothing is known. */
function windowOf(records: readonly RecordRow[], nowMs: number) {
  const closes = records.flatMap((row) => {
    const closesAt =
      row.kind === 'received' || row.kind === 'call'
        ? jsonOf(parseValue(row.value)).text('window', 'closesAt')
        : undefined
    return closesAt === undefined ? [] : [Date.parse(closesAt)]
  })
  if (closes.length === 0) return { state: 'unknown' } as const
  const closesAt = Math.max(...closes)
  return { state: nowMs < closesAt ? 'open' : 'closed', closesAt: timeText(closesAt) } as const
}

function detailOf(row: RecordRow, masks: Masks) {
  const text = row.value === null ? '' : Buffer.from(row.value).toString()
  const original = originalText(text)
  return {
    step: viewStep(row, row.at, masks),
    masked: masks.masked,
    ...(row.ce_id === null ? {} : { ceId: masks.id(row.ce_id) }),
    writtenAt: timeText(row.written_at),
    ...(row.key === null ? {} : { key: keyText(row.key, masks) }),
    headers: headersOf(row.headers, masks),
    data: dataOf(text, masks),
    ...(original === undefined ? {} : { originalText: masks.json(original) }),
  }
}

function keyText(key: string, masks: Masks): string {
  if (!masks.masked) return key
  const [tenant = '', business = '', customer = '', ...rest] = key.split(':')
  return rest.length > 0 || customer === '' ? '***' : `${tenant}:${partOf(business, masks)}:${partOf(customer, masks)}`
}

function partOf(part: string, masks: Masks): string {
  return part === '-' ? part : masks.party(part)
}

function dataOf(text: string, masks: Masks): unknown {
  const without = withoutOriginal(text)
  const shown = masks.json(without)
  try {
    return JSON.parse(shown)
  } catch {
    // What is not JSON is shown as it is to who may see it, and by its length alone to who may not.
    return shown
  }
}
