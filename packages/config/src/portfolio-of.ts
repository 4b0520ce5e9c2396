import type { Tenant } from './config.ts'

const known = new WeakMap<Tenant, ReadonlyMap<string, string>>()

/** The portfolio of a business number, where the configuration names one: customers have the same user ids at all its numbers. */
export function portfolioOf(tenant: Tenant, number: string): string | undefined {
  const portfolios =
    known.get(tenant) ??
    new Map(
      tenant.accounts.flatMap(({ senders }) =>
        senders.flatMap((one) => (one.portfolio === undefined ? [] : [[one.number, one.portfolio] as const])),
      ),
    )
  known.set(tenant, portfolios)
  return portfolios.get(number)
}
