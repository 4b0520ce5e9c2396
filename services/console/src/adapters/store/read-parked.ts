import type { Kysely } from 'kysely'
import { jsonOf, parseValue } from '../../domain/record-value.ts'
import type { Tables } from './tables.ts'

export interface TroubledSender {
  readonly tenant: string
  readonly sender: string
  readonly reason: string
  /** Ms since 1970. */
  readonly since: number
}

/** Where the commands begin that wait in a partition of a parked topic. */
export interface WaitingFrom {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** When the first command that waits was written, by topic; none for what the store has not read yet. Ms since 1970. */
export async function readOldestWaiting(
  db: Kysely<Tables>,
  partitions: readonly WaitingFrom[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const { topic, partition, offset } of partitions) {
    const first = await db
      .selectFrom('records')
      .select('written_at')
      .where('topic', '=', topic)
      .where('partition', '=', partition)
      .where('offset', '>=', offset)
      .orderBy('offset')
      .limit(1)
      .executeTakeFirst()
    if (first !== undefined) found.set(topic, Math.min(first.written_at, found.get(topic) ?? first.written_at))
  }
  return found
}

const LOOK_BACK_MS = 3_600_000
const MOST = 2_000
/** Answers after which an account is well. */
const WELL: ReadonlySet<string> = new Set(['accepted', 'rejected'])

/** Senders whose latest request within the hour met an account that is not well, and since when. */
export async function readTroubledSenders(
  db: Kysely<Tables>,
  tenants: readonly string[],
  nowMs: number,
): Promise<TroubledSender[]> {
  if (tenants.length === 0) return []
  const rows = await db
    .selectFrom('records')
    .select(['tenant', 'sender', 'at', 'value'])
    .where('written_at', '>=', nowMs - LOOK_BACK_MS)
    .where('kind', '=', 'attempt')
    .where('tenant', 'in', tenants)
    .orderBy('written_at', 'desc')
    .limit(MOST)
    .execute()
  const found = new Map<string, TroubledSender & { readonly over: boolean }>()
  for (const { tenant, sender, at, value } of rows) {
    if (sender === null) continue
    const key = `${tenant} ${sender}`
    const known = found.get(key)
    if (known?.over === true) continue
    const data = jsonOf(parseValue(value))
    const isWell = WELL.has(data.text('outcome') ?? '')
    const said = [data.text('outcome'), data.number('httpStatus'), data.text('code'), data.text('reason')]
    const reason = known?.reason ?? said.filter((part) => part !== undefined).join(' ')
    // From the latest back to the last one that went well.
    found.set(key, { tenant, sender, reason, since: isWell ? (known?.since ?? 0) : at, over: isWell })
  }
  return [...found.values()].flatMap(({ over: _over, ...sender }) => (sender.since === 0 ? [] : [sender]))
}
