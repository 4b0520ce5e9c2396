import { conversationKey, isBsuid, isParentUserId, normaliseNumber } from '@imchannel/events'
import type { ContactProfile } from '@imchannel/infobip'
import { aliasKey, type Alias, type WebhookContext } from './webhook-context.ts'

/** How a webhook shows a customer. */
export interface ShownCustomer {
  /** The business number, where it is known. */
  readonly business: string | undefined
  readonly phone: string | undefined
  readonly bsuid: string | undefined
  /** What stands for the customer where it is neither: an alphanumeric sender, an e-mail address, another channel's id. */
  readonly other: string | undefined
}

/** Reads who the customer is from the field that names them and from the contact. */
export function showCustomer(
  business: string | undefined,
  named: string | undefined,
  contact?: ContactProfile,
): ShownCustomer {
  const number = named === undefined ? undefined : normaliseNumber(named)
  const phones = [number, contact?.phoneNumber === undefined ? undefined : normaliseNumber(contact.phoneNumber)]
  const bsuids = [number, contact?.userId].filter((one) => one !== undefined && isBsuid(one))
  return {
    business: business === undefined ? undefined : normaliseNumber(business),
    phone: phones.find((one) => one !== undefined && /^\d+$/.test(one)),
    // A parent stands for the user in several portfolios, and only where the user's own id is not known.
    bsuid: bsuids.find((one) => one !== undefined && !isParentUserId(one)) ?? bsuids[0],
    other: number,
  }
}

/** The customer's one name: the phone number, also one remembered for the BSUID; else the BSUID; else whatever was given. */
export function nameCustomer(shown: ShownCustomer, aliases: ReadonlyMap<string, string>): string | undefined {
  const { business, phone, bsuid, other } = shown
  if (phone !== undefined || bsuid === undefined) return phone ?? other
  return (business === undefined ? undefined : aliases.get(aliasKey(business, bsuid))) ?? bsuid
}

/** The Kafka key of the conversation that this customer has with the business number: under the oldest of the customer’s names. */
export function conversationOf(
  shown: ShownCustomer | undefined,
  { tenant, aliases, keys }: Pick<WebhookContext, 'tenant' | 'aliases' | 'keys'>,
): string {
  const name = shown && nameCustomer(shown, aliases)
  const business = shown?.business
  const oldest = business === undefined || name === undefined ? undefined : keys.get(aliasKey(business, name))
  return conversationKey({ tenant, business, customer: oldest ?? name })
}

/** What there is to learn: a BSUID with its phone number, in the eyes of one business number. */
export function aliasOf({ business, phone, bsuid }: ShownCustomer): Alias | undefined {
  return business === undefined || phone === undefined || bsuid === undefined ? undefined : { business, bsuid, phone }
}
