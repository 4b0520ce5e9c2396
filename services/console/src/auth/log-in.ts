import { randomUUID } from 'node:crypto'
import { type ConsoleConfig, Secret } from '@imchannel/config'
import { SESSION_MS } from '../config.ts'
import type { User } from '../domain/access.ts'
import type { SessionToken, Tokens } from './tokens.ts'

type BasicUser = Extract<ConsoleConfig['auth'], { kind: 'basic' }>['users'][number]

/** Compared with where there is no such user, so that both cases take equally long. */
const NOBODY = new Secret(randomUUID())

/** Tells nothing of the password, and another one once it is changed. */
export function passwordProof(tokens: Tokens, { name, password }: BasicUser): string {
  return tokens.seal('password', [name, password.reveal()]).split('.')[1] ?? ''
}

/** The session of somebody who knows the password; undefined for anybody else. */
export function logIn(
  users: readonly BasicUser[],
  given: { readonly name: string; readonly password: string },
  { tokens, nowMs }: { readonly tokens: Tokens; readonly nowMs: number },
): SessionToken | undefined {
  const user = users.find(({ name }) => name === given.name)
  const isRight = (user?.password ?? NOBODY).equals(given.password)
  if (user === undefined || !isRight) return undefined
  return { ...startSession({ name: user.name, groups: [] }, nowMs), proof: passwordProof(tokens, user) }
}

export function startSession({ name, groups }: User, nowMs: number): SessionToken {
  return { id: randomUUID(), name, groups, expiresAt: nowMs + SESSION_MS }
}
