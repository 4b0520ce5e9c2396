import type { z } from 'zod'
import type { SessionToken } from '../auth/tokens.ts'
import { ConsoleError } from '../errors.ts'
import { type Access, mayAs, type Role, tenantsWith } from '../domain/access.ts'
import type { OperationId, operations } from './api/operations.ts'

/** One request of somebody who may make it. */
export interface Call<Body = undefined> {
  readonly user: SessionToken
  readonly access: Access
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  readonly body: Body
  /** Whether the asker has lifted the masks of this conversation. */
  readonly reveals: (conversation: string) => boolean
}

type BodyOf<Id extends OperationId> = (typeof operations)[Id] extends { body: infer Schema extends z.ZodType }
  ? z.infer<Schema>
  : undefined
type AnswerOf<Id extends OperationId> = (typeof operations)[Id] extends { answer: infer Schema extends z.ZodType }
  ? z.infer<Schema>
  : void

export type Handler<Id extends OperationId> = (call: Call<BodyOf<Id>>) => Promise<AnswerOf<Id>>

/** What is answered by the session alone, whoever asks. */
export type SessionOperation = 'getSession' | 'login' | 'loginByLink' | 'logout'
export type DataOperation = Exclude<OperationId, SessionOperation>
export type Handlers = { readonly [Id in DataOperation]: Handler<Id> }

/** The tenants that a list is to show. @throws ConsoleError where the one asked for is none of the asker’s */
export function tenantsOf({ access, query }: Call<unknown>, needed: Role, asked = query['tenant']): string[] {
  const tenants = tenantsWith(access, needed)
  if (asked === undefined || asked === '') return tenants
  // The same as for a tenant that does not exist: names of others are nobody’s business.
  if (!tenants.includes(asked)) throw new ConsoleError('not_found', { detail: 'there is no such tenant for you' })
  return [asked]
}

/** @throws ConsoleError: a thing of another tenant is not there; one that the role does not allow is forbidden */
export function requireRole({ access }: Call<unknown>, tenant: string, needed: Role): void {
  const role = access.get(tenant)
  if (role === undefined) throw new ConsoleError('not_found')
  if (!mayAs(role, needed)) throw new ConsoleError('forbidden', { detail: `it needs the role ${needed} for ${tenant}` })
}
