import { portfolioOf, type Tenant } from '@imchannel/config'
import { createContactCopy } from '@imchannel/fact-store'
import { messageOf } from '../session/failure.ts'
import type { Session } from '../session/session.ts'

/**
 * Every name under which the tenant's numbers know a customer, the given one included: phone numbers and their spellings, user ids. One
 * name alone where Redis does not answer, with a line that says so.
 */
export async function findNames(
  session: Session,
  tenant: Tenant,
  { customer, businesses }: { customer: string; businesses: readonly string[] },
): Promise<ReadonlySet<string>> {
  const scopes = new Set(businesses.map((business) => portfolioOf(tenant, business) ?? business))
  const copy = createContactCopy(session.redis(), { prefix: session.config().topics.prefix })
  try {
    return await copy.names(
      [...scopes].map((scope) => ({ tenant: tenant.id, scope })),
      [customer],
    )
  } catch (error) {
    session.out.note(`Other names of the customer are not looked for: ${messageOf(error)}`)
    return new Set([customer])
  }
}
