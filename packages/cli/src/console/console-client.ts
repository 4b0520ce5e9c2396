import { z } from 'zod'
import { Failure, messageOf, usage } from '../session/failure.ts'
import type { Session } from '../session/session.ts'

/** The console’s API, as whoever the environment names. */
export interface ConsoleClient {
  /** @throws Failure with what the console said */
  get<T>(path: string, answer: z.ZodType<T>, headers?: Readonly<Record<string, string>>): Promise<T>
  post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T>
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
/** A replay of thousands is written before it is answered. */
const ANSWER_MS = 120_000

const problem = z.object({ title: z.string(), detail: z.string().optional() })

/** Undefined where none is configured: then Kafka is asked. @throws Failure where what is configured cannot be used */
export function consoleOf({ env, io }: Pick<Session, 'env' | 'io'>): ConsoleClient | undefined {
  const text = env['IMCHANNEL_CONSOLE_URL']
  if (text === undefined || text === '') return undefined
  const base = URL.parse(text)
  if (base === null || !/^https?:$/.test(base.protocol)) throw usage(`IMCHANNEL_CONSOLE_URL is no address: "${text}"`)
  const authorization = authorizationOf(env)
  if (authorization !== undefined && base.protocol === 'http:' && !LOOPBACK.test(base.hostname))
    throw usage(`IMCHANNEL_CONSOLE_URL must be https: a password or token goes with each request to ${base.host}`)

  async function ask<T>(path: string, answer: z.ZodType<T>, init: RequestInit): Promise<T> {
    const url = `${String(base).replace(/\/+$/, '')}${path}`
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(ANSWER_MS)]),
    }).catch((error: unknown) => {
      io.signal.throwIfAborted()
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      throw new Failure(`the console at ${String(base)} does not answer: ${messageOf(cause)}`)
    })
    const body: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw new Failure(refusal(response.status, body))
    const parsed = answer.safeParse(body)
    if (!parsed.success) throw new Failure(`what answers at ${String(base)} is no console of this version`)
    return parsed.data
  }

  const common = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) }
  return {
    get: (path, answer, headers = {}) => ask(path, answer, { headers: { ...common, ...headers } }),
    async post(path, body, answer) {
      const csrf = authorization === undefined ? await csrfToken() : {}
      const headers = { ...common, ...csrf, 'content-type': 'application/json' }
      return ask(path, answer, { method: 'POST', headers, body: JSON.stringify(body) })
    },
  }

  /** Where nobody has to log in, the session is everybody’s. */
  async function csrfToken(): Promise<Record<string, string>> {
    const session = await ask('/v1/session', z.object({ csrfToken: z.string().optional() }), { headers: common })
    if (session.csrfToken === undefined) throw new Failure(refusal(401, undefined))
    return { 'x-csrf-token': session.csrfToken }
  }
}

function authorizationOf(env: Session['env']): string | undefined {
  const [token, user] = [env['IMCHANNEL_CONSOLE_TOKEN'], env['IMCHANNEL_CONSOLE_USER']]
  if (token) return `Bearer ${token}`
  if (!user) return undefined
  return `Basic ${Buffer.from(`${user}:${env['IMCHANNEL_CONSOLE_PASSWORD'] ?? ''}`).toString('base64')}`
}

function refusal(status: number, body: unknown): string {
  const said = problem.safeParse(body)
  const words = said.success ? [said.data.title, said.data.detail].filter(Boolean).join(': ') : 'no words'
  const hint =
    status === 401
      ? '; set IMCHANNEL_CONSOLE_TOKEN (its page "Access" makes one), or IMCHANNEL_CONSOLE_USER and _PASSWORD'
      : ''
  return `the console answered ${status}: ${words}${hint}`
}
