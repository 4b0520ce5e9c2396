import type { Config, Tenant } from '@imchannel/config'
import { budgetName, periodAt, type Budget } from '@imchannel/costs'
import type { CounterName } from '@imchannel/fact-store'

/** Those whose messages are counted. */
export function limitedTenants({ tenants }: Pick<Config, 'tenants'>): Tenant[] {
  return Object.values(tenants).flatMap((tenant) => {
    const isLimited = (tenant?.budgets?.length ?? 0) > 0 || tenant?.conversationLimit !== undefined
    return tenant !== undefined && isLimited ? [tenant] : []
  })
}

/** A count of a budget, with the period before. */
export interface NamedCount extends CounterName {
  readonly rule: Budget
  readonly previous: string
}

/** The counts of a number's messages now; of all its account's zones where the number is none of the tenant's. @param now epoch ms */
export function countsOf({ budgets = [], accounts }: Tenant, number: string | undefined, now: number): NamedCount[] {
  const own = accounts.find(({ senders }) => senders.some((sender) => sender.number === number))
  const zones = own === undefined ? new Set(accounts.map(({ timeZone }) => timeZone)) : [own.timeZone]
  return budgets.flatMap((rule) => {
    if (rule.per === 'sender' && number === undefined) return []
    return [...zones].map((zone) => {
      const { id: period, previous } = periodAt(rule.period, zone, now)
      const scope = rule.per === 'tenant' ? '-' : (number ?? '-')
      return { rule, budget: budgetName(rule), scope, period, previous }
    })
  })
}

/** Every count of a tenant now. */
export function allCounts(tenant: Tenant, now: number): NamedCount[] {
  const numbers = tenant.accounts.flatMap(({ senders }) => senders.map(({ number }) => number))
  const counts = numbers.flatMap((number) => countsOf(tenant, number, now))
  return [...new Map(counts.map((one) => [`${one.budget} ${one.scope} ${one.period}`, one])).values()]
}
