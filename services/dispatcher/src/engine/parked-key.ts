import { conversationKey, peekSend } from '@imchannel/events'
import type { DeferralKey, IncomingRecord } from '@imchannel/kafka'
import type { Accounts } from '../adapters/accounts.ts'

/** Commands that say nothing else are of one class. */
const DEFAULT_CLASS = 'default'

/** Whom a parked copy waits with: the account and class that share its room, and the conversation whose order it keeps. */
export function createParkedKey(accounts: Pick<Accounts, 'find'>): (record: IncomingRecord) => DeferralKey {
  return (record) => {
    const send = peekSend(record)
    // It is refused when its turn comes, and waits behind nobody.
    if (send === undefined) return { lane: `${record.topic} ${record.partition} ${record.offset}`, group: 'unread' }
    const { tenant, from, to } = send
    // A number that has moved waits with its account of now, as it is sent by that one.
    const account = accounts.find(tenant, from)?.account.settings.id ?? '-'
    return {
      lane: conversationKey({ tenant, business: from, customer: to }),
      group: `${tenant}/${account}/${DEFAULT_CLASS}`,
    }
  }
}
