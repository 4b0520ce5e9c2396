import type { Config, Tenant } from '@imchannel/config'

/** Tenants of which a number is another account's than before: its earlier commands may be parked under that one's name. */
export function tenantsWithMovedSenders(next: Config, previous: Config): ReadonlySet<string> {
  const moved = new Set<string>()
  for (const [name, tenant] of Object.entries(next.tenants)) {
    const before = accountsByNumber(previous.tenants[name])
    for (const [number, account] of accountsByNumber(tenant)) {
      if ((before.get(number) ?? account) !== account) moved.add(name)
    }
  }
  return moved
}

function accountsByNumber(tenant: Tenant | undefined): Map<string, string> {
  const pairs = (tenant?.accounts ?? []).flatMap(({ id, senders }) =>
    senders.map(({ number }) => [number, id] as const),
  )
  return new Map(pairs)
}
