import { actorOf } from '../auth/tokens.ts'
import type { CustomerFacts, FactStore } from '@imchannel/fact-store'
import { isComplete, judgeWindow } from '@imchannel/facts'
import type { CorrectConsent } from '../adapters/consent-corrector.ts'
import { byIds, type ConversationRow, namesOfConversation } from '../adapters/store/read-conversations.ts'
import type { Database } from '../adapters/store/tables.ts'
import { mayAs } from '../domain/access.ts'
import { readId } from '../domain/cursor.ts'
import { timeText } from '../domain/time-text.ts'
import { ConsoleError } from '../errors.ts'
import { type Call, type Handler, requireRole } from '../http/call.ts'
import type { WriteAudit } from './write-audit.ts'

export interface ConsentHandlersOptions {
  readonly database: Pick<Database, 'read'>
  /** What the dispatcher judges by. */
  readonly facts: Pick<FactStore, 'read'>
  readonly correct: CorrectConsent
  readonly audit: WriteAudit
  readonly now: () => number
}

/** What is known of a customer before something is sent, and putting it right. */
export function consentHandlers(options: ConsentHandlersOptions): {
  readonly getFacts: Handler<'getFacts'>
  readonly correctConsent: Handler<'correctConsent'>
} {
  const { database, facts, correct, audit, now } = options
  const { read } = database

  async function conversationOf(call: Call<unknown>): Promise<ConversationRow> {
    const id = readId(call.params['id'])
    const [row] = id === undefined ? [] : await byIds(read, [id])
    if (row === undefined || !call.access.has(row.tenant)) throw new ConsoleError('not_found')
    return row
  }

  return {
    async getFacts(call) {
      const row = await conversationOf(call)
      const names = await namesOfConversation(read, row.id)
      const found = await facts.read({ tenant: row.tenant, from: row.business, to: names }).catch((error: unknown) => {
        throw new ConsoleError('redis_unavailable', {
          detail: String(error).includes('NOPERM')
            ? 'the console’s user of Redis needs the keys ~imc:f:*, as in infra/redis/users.acl'
            : 'what the dispatcher knows is in Redis',
          retryAfterS: 5,
        })
      })
      return {
        window: windowOf(found),
        consent: found.consent.map(({ source, state, scope, template, since }) => ({
          source,
          state,
          scope,
          ...(template === undefined ? {} : { template }),
          since: timeText(since),
        })),
        mayCorrect: mayAs(call.access.get(row.tenant), 'operator'),
        asOf: timeText(found.readAt),
      }
    },

    async correctConsent(call) {
      const row = await conversationOf(call)
      requireRole(call, row.tenant, 'operator')
      const { source, state, scope, template, allNumbers, reason } = call.body
      const { tenant, business, customer } = row
      await audit({
        action: 'consent',
        by: actorOf(call.user),
        tenant,
        parties: { business, customer },
        outcome: 'requested',
        detail: `${state}, ${scope}, by ${source}`,
      })
      // Whichever name the source knows the customer by.
      const names = await namesOfConversation(read, row.id)
      const from = allNumbers || business === '-' ? undefined : business
      const since = timeText(now())
      await correct(
        names.map((name) => ({
          tenant,
          from,
          customer: name,
          state,
          scope,
          source,
          template,
          since,
          reason,
          by: actorOf(call.user),
        })),
      )
    },
  }
}

function windowOf({ window, coverage, readAt }: CustomerFacts) {
  const fact = judgeWindow(window, readAt, { isComplete: isComplete(coverage, readAt) })
  return {
    state: fact.state,
    ...('closesAt' in fact && fact.closesAt !== undefined ? { closesAt: timeText(fact.closesAt) } : {}),
    ...('why' in fact ? { why: fact.why } : {}),
  }
}
