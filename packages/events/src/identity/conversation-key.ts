import { normaliseNumber } from './normalise-number.ts'

/** Both sides of a conversation as the Kafka key names them; a side that is not known is absent. */
export interface Conversation {
  readonly tenant: string
  /** The business's number. */
  readonly business: string | undefined
  /** The customer's phone number, or the BSUID where there is none. */
  readonly customer: string | undefined
}

/** The Kafka key `{tenant}:{business number}:{customer}`; an unknown part is `-`. */
export function conversationKey({ tenant, business, customer }: Conversation): string {
  return `${tenant}:${part(business)}:${part(customer)}`
}

function part(value: string | undefined): string {
  return value === undefined ? '-' : normaliseNumber(value) || '-'
}
