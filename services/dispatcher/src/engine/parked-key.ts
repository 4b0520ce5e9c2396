import { conversationKey, peekSend } from '@imchannel/events'
import type { DeferralKey, IncomingRecord } from '@imchannel/kafka'
import type { Accounts } from '../adapters/accounts.ts'
import { sourceTopicOf } from '../domain/place.ts'
import { rankOf, sendClassOf } from '../domain/send-class.ts'
import type { BindingOfTopic } from './topic-bindings.ts'

/** Whom a parked copy waits with: the account and class that share its room, and the conversation whose order it keeps. */
export function createParkedKey(
  accounts: Pick<Accounts, 'find'>,
  bindingOfTopic: BindingOfTopic,
): (record: IncomingRecord) => DeferralKey {
  return (record) => {
    const send = peekSend(record)
    // It is refused when its turn comes, and waits behind nobody.
    if (send === undefined) return { lane: `${record.topic} ${record.partition} ${record.offset}`, group: 'unread' }
    const { tenant, from, to } = send
    // A number that has moved waits with its account of now, as it is sent by that one.
    const account = accounts.find(tenant, from)?.account.settings.id ?? '-'
    const { class: ofTopic } = bindingOfTopic(sourceTopicOf(record))
    return {
      lane: conversationKey({ tenant, business: from, customer: to }),
      group: `${tenant}/${account}`,
      rank: rankOf(sendClassOf(send.class, ofTopic)),
    }
  }
}
