import type { Ledger, LedgerEntry } from '@imchannel/ledger'
import type { DeadLetter } from './dead-letter.ts'

/** Why a letter is left where it is. */
export type LeftReason =
  | 'accepted'
  | 'unknown'
  | 'outcomeUnknown'
  | 'gated'
  | 'underWay'
  | 'settled'
  | 'newerLetter'
  | 'forgotten'
  | 'valueGone'
  | 'sourceGone'

/** For people, one a reason. */
export const LEFT_TEXT: Readonly<Record<LeftReason, string>> = {
  accepted: 'accepted by Infobip meanwhile',
  unknown: 'the outcome of a request is unknown; it may have been sent',
  outcomeUnknown:
    'given up as outcome_unknown: may have been sent, look at Infobip by the messageId (--code outcome_unknown, or its --id, sends it all the same)',
  gated:
    'refused by a gate, which would most likely refuse it again (--gate, --code or --id names those to be judged anew)',
  underWay: 'being sent right now',
  settled: 'no longer rejected',
  newerLetter: 'a newer dead letter has the same command',
  forgotten:
    'older than the ledger’s memory: whether a replay of it was accepted is not known (--forgotten sends it all the same)',
  valueGone: 'its bytes are no longer in the source topic',
  sourceGone: 'its source topic is not there, or not said',
}

export interface ReplayPlan {
  /** By place. */
  readonly send: ReadonlyMap<string, DeadLetter>
  readonly left: ReadonlyMap<LeftReason, number>
  /** Of those that are left, by place. */
  readonly reasons: ReadonlyMap<string, LeftReason>
}

export interface PlanOptions {
  readonly ledger: Pick<Ledger, 'findByMessageIds'>
  /** How long the ledger remembers. */
  readonly memoryMs: number
  readonly nowMs: number
  readonly topics: ReadonlySet<string>
  /** Send also what the ledger may have forgotten. */
  readonly forgotten: boolean
  /** Send also what was given up without knowing whether it was sent. */
  readonly outcomeUnknown: boolean
  /** Send also what a gate refused: it is judged anew. */
  readonly gated: boolean
}

/** Decides about each letter: at most one of a command is sent, and none that was or may have been sent before. */
export async function planReplay(letters: readonly DeadLetter[], options: PlanOptions): Promise<ReplayPlan> {
  const { ledger, memoryMs, nowMs, topics, forgotten, outcomeUnknown, gated } = options
  const newest = new Map<string, DeadLetter>()
  const inDoubt = new Set<string>()
  for (const letter of letters) {
    const id = identityOf(letter)
    if (letter.code === 'outcome_unknown') inDoubt.add(id)
    const other = newest.get(id)
    if (other === undefined || letter.timestamp >= other.timestamp) newest.set(id, letter)
  }
  const entries = await lookUp(ledger, letters)
  const send = new Map<string, DeadLetter>()
  const left = new Map<LeftReason, number>()
  const reasons = new Map<string, LeftReason>()

  function judge(letter: DeadLetter): LeftReason | undefined {
    if (letter.gone) return 'valueGone'
    if (letter.source === undefined || !topics.has(letter.source.topic)) return 'sourceGone'
    if (newest.get(identityOf(letter)) !== letter) return 'newerLetter'
    const entry = letter.send && entries.get(`${letter.send.tenant} ${letter.send.messageId}`)
    const obstacle = entry && obstacleOf(entry)
    if (obstacle !== undefined) return obstacle
    // Whatever refused it later, the request of before may have done its work.
    if (!outcomeUnknown && inDoubt.has(identityOf(letter))) return 'outcomeUnknown'
    if (!gated && letter.gate !== undefined) return 'gated'
    return entry === undefined && !forgotten && nowMs - letter.timestamp >= memoryMs ? 'forgotten' : undefined
  }

  for (const letter of letters) {
    const reason = judge(letter)
    if (reason === undefined) send.set(letter.place, letter)
    else {
      left.set(reason, (left.get(reason) ?? 0) + 1)
      reasons.set(letter.place, reason)
    }
  }
  return { send, left, reasons }
}

function obstacleOf({ state, reportSeen }: LedgerEntry): LeftReason | undefined {
  if (reportSeen) return 'accepted'
  switch (state) {
    case 'rejected':
    case 'expired':
      return undefined
    case 'accepted':
    case 'unknown':
      return state
    case 'sending':
    case 'idle':
      return 'underWay'
  }
}

function identityOf({ send, place }: DeadLetter): string {
  return send === undefined ? place : `${send.tenant} ${send.messageId}`
}

async function lookUp(
  ledger: PlanOptions['ledger'],
  letters: readonly DeadLetter[],
): Promise<Map<string, LedgerEntry>> {
  const byTenant = Map.groupBy(
    letters.flatMap(({ send }) => (send === undefined ? [] : [send])),
    ({ tenant }) => tenant,
  )
  const entries = new Map<string, LedgerEntry>()
  for (const [tenant, sends] of byTenant) {
    const ids = [...new Set(sends.map(({ messageId }) => messageId))]
    // Pages, so that one look-up of a large topic does not fill Redis's buffers.
    for (let start = 0; start < ids.length; start += 500) {
      const found = await ledger.findByMessageIds(tenant, ids.slice(start, start + 500))
      for (const [messageId, entry] of found) entries.set(`${tenant} ${messageId}`, entry)
    }
  }
  return entries
}
