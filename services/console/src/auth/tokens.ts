import { z } from 'zod'
import type { Role, User } from '../domain/access.ts'
import type { Signer } from './signer.ts'

/** What the session’s cookie says. */
export interface SessionToken extends User {
  /** Random. */
  readonly id: string
  /** Ms since 1970. */
  readonly expiresAt: number
  /** Of what the login was made with: once that changes, the session is over. */
  readonly proof?: string | undefined
  /** Of who was let in by a token that somebody made: they do what it says in that person’s name, and no more. */
  readonly limits?: AccessLimits | undefined
  /** It came with the request, and not with a cookie that any site’s request would carry. */
  readonly isByHeader?: boolean | undefined
}

export interface AccessLimits {
  /** Who or what it is for. */
  readonly for: string
  readonly role: Role
  readonly tenants: readonly string[]
}

/** Whom the audit names. */
export function actorOf({ name, limits }: SessionToken): string {
  return limits === undefined ? name : `${limits.for} (let in by ${name})`
}

const sessionToken = z.object({
  id: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  expiresAt: z.number(),
  proof: z.string().optional(),
  limits: z
    .object({ for: z.string(), role: z.enum(['viewer', 'operator', 'admin']), tenants: z.array(z.string()) })
    .optional(),
})

/** Makes and reads what is signed: sessions, and what lifts the masks of one conversation for one user. */
export function createTokens(signer: Signer) {
  const seal = (purpose: string, value: unknown): string => {
    const text = Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${text}.${signer.sign(purpose, text)}`
  }
  const open = (purpose: string, token: string): unknown => {
    const [text = '', signature = ''] = token.split('.')
    if (!signer.verifies(purpose, text, signature)) return undefined
    return JSON.parse(Buffer.from(text, 'base64url').toString()) // it is signed, so it is ours
  }
  return {
    sealSession: (token: SessionToken): string => seal('session', token),
    openSession(token: string, nowMs: number): SessionToken | undefined {
      const read = sessionToken.safeParse(open('session', token))
      return read.success && read.data.expiresAt > nowMs ? read.data : undefined
    },
    csrf: (session: { readonly id: string; readonly name: string }): string =>
      signer.sign('csrf', `${session.id} ${session.name}`),
    isCsrf: (session: { readonly id: string; readonly name: string }, token: string): boolean =>
      signer.verifies('csrf', `${session.id} ${session.name}`, token),
    sealReveal: (user: string, conversation: string, expiresAt: number): string =>
      seal('reveal', { user, conversation, expiresAt }),
    reveals(token: string, user: string, conversation: string, nowMs: number): boolean {
      const read = z
        .object({ user: z.literal(user), conversation: z.literal(conversation), expiresAt: z.number() })
        .safeParse(open('reveal', token))
      return read.success && read.data.expiresAt > nowMs
    },
    /** Any text of our own that a browser carries for a while: the state of a login. */
    seal,
    open,
  }
}

export type Tokens = ReturnType<typeof createTokens>
