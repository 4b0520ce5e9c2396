import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { mayAs, type Role } from '../domain/access.ts'
import type { SessionToken, Tokens } from './tokens.ts'

/** What somebody lets another person or a program do in their name. */
export interface AccessGrant {
  /** Who or what it is for, as the audit tells it. */
  readonly for: string
  readonly role: Role
  readonly tenants: readonly string[]
  /** Ms since 1970. */
  readonly expiresAt: number
}

const accessToken = z.object({
  id: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  expiresAt: z.number(),
  proof: z.string().optional(),
  limits: z.object({ for: z.string(), role: z.enum(['viewer', 'operator', 'admin']), tenants: z.array(z.string()) }),
})

/** Of its maker’s name and groups: what they may no longer do, it may no longer do either. */
export function sealAccess(tokens: Tokens, maker: SessionToken, { expiresAt, ...limits }: AccessGrant): string {
  const { name, groups, proof } = maker
  return tokens.seal('access', { id: randomUUID(), name, groups, proof, expiresAt, limits })
}

export function openAccess(tokens: Tokens, text: string, nowMs: number): SessionToken | undefined {
  const read = accessToken.safeParse(tokens.open('access', text))
  return read.success && read.data.expiresAt > nowMs ? read.data : undefined
}

/** Of a role that somebody has, what is left under the limits of their token. */
export function limitedRole(role: Role, tenant: string, limits: SessionToken['limits']): Role | undefined {
  if (limits === undefined) return role
  if (!limits.tenants.includes(tenant)) return undefined
  return mayAs(role, limits.role) ? limits.role : role
}
