export type Role = 'viewer' | 'operator' | 'admin'

/** Somebody who has logged in. */
export interface User {
  readonly name: string
  readonly groups: readonly string[]
}

export interface Grant {
  readonly to: string
  readonly role: Role
  readonly tenants?: readonly string[]
}

/** What somebody may do, tenant by tenant. */
export type Access = ReadonlyMap<string, Role>

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 }

/** Whether a role may do what needs another one. */
export function mayAs(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[needed]
}

/** Of several grants that fit, the highest role of each tenant counts. */
export function accessOf({ name, groups }: User, grants: readonly Grant[], tenants: readonly string[]): Access {
  const access = new Map<string, Role>()
  for (const { to, role, tenants: only = tenants } of grants) {
    if (to !== '*' && to !== name && !groups.includes(to)) continue
    for (const tenant of only)
      if (tenants.includes(tenant) && !mayAs(access.get(tenant), role)) access.set(tenant, role)
  }
  return access
}

/** The tenants for which somebody is at least that. */
export function tenantsWith(access: Access, needed: Role): string[] {
  return [...access].flatMap(([tenant, role]) => (mayAs(role, needed) ? [tenant] : []))
}
