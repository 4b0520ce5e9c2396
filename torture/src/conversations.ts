import { conversationKey } from '@imchannel/events'
import { COMMAND_TOPICS } from './system.ts'
import { sendersOf, TENANTS } from './tenants.ts'
import type { Tenant } from './tenants.ts'

/** Most customers write all the time; some never do, and of some the window closes while there is load. */
export type Habit = 'writes' | 'lapses' | 'silent'

export interface Conversation {
  readonly tenant: Tenant
  readonly from: string
  readonly to: string
  readonly key: string
  /** The order of a conversation is that of its topic. */
  readonly topic: string
  readonly habit: Habit
  sent: number
  received: number
  /** When the customer last did something, by the phone: epoch ms. */
  saidAt: number
}

const CUSTOMERS_PER_SENDER = 2
/** Of twenty conversations two, of which one has never begun. */
const HABITS: Readonly<Record<number, Habit>> = { 0: 'silent', 10: 'lapses' }

export function conversationsOf(): Conversation[] {
  return TENANTS.flatMap((tenant, account) =>
    sendersOf(tenant).flatMap((from, sender) =>
      Array.from({ length: CUSTOMERS_PER_SENDER }, (_, customer) => {
        const to = String(39_300_000_000 + account * 1_000_000 + sender * 1_000 + customer)
        return {
          tenant,
          from,
          to,
          key: conversationKey({ tenant, business: from, customer: to }),
          topic: COMMAND_TOPICS[(sender + customer) % COMMAND_TOPICS.length]?.name ?? '',
          habit: HABITS[(sender * CUSTOMERS_PER_SENDER + customer) % 20] ?? 'writes',
          sent: 0,
          received: 0,
          saidAt: 0,
        }
      }),
    ),
  )
}
