import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Secret, type ConsoleConfig } from '@imchannel/config'
import { createAddressLimiter, perMinute } from '@imchannel/http'
import { createLogger } from '@imchannel/logging'
import type { Response } from 'express'
import { createSigner } from '../../src/auth/signer.ts'
import { sealAccess } from '../../src/auth/access-token.ts'
import { identify } from '../../src/auth/identify.ts'
import { createTokens } from '../../src/auth/tokens.ts'
import { mayAs } from '../../src/domain/access.ts'
import type { LiveChange, Replayed } from '../../src/http/api/lists.ts'
import type { Progress } from '../../src/http/api/session.ts'
import type { Handlers } from '../../src/http/call.ts'
import { createApp } from '../../src/http/create-app.ts'
import { createInstruments } from '../../src/instruments.ts'
import { at, conversationView, overviewView, problemsView, TRACE } from './fixtures.ts'

export const PASSWORD = 'a-password-of-tests'

export interface PageServer extends AsyncDisposable {
  readonly url: string
  /** Requests that would have written something. */
  readonly written: string[]
  /** Says to every open page that something was added. */
  tell(change: Partial<LiveChange>): void
  progress: Progress
  /** Empties every list. */
  empty: boolean
}

/** The console's own HTTP application, with answers of these tests in the place of a store. */
export async function startPage(): Promise<PageServer> {
  const listeners = new Set<Response>()
  const state = {
    url: '',
    written: [] as string[],
    empty: false,
    progress: { reading: false, behind: 0, records: 14, readPerSecond: 0, missingTopics: [] } as Progress,
    tell(change: Partial<LiveChange>): void {
      const whole: LiveChange = {
        at: at(3_000),
        conversations: [],
        problems: false,
        deadLetters: false,
        unrecognised: false,
        audit: false,
        ...change,
      }
      for (const response of listeners) response.write(`event: change\ndata: ${JSON.stringify(whole)}\n\n`)
    },
  }
  const auth: ConsoleConfig['auth'] = {
    kind: 'basic',
    users: ['vera', 'oskar', 'ada'].map((name) => ({ name, password: new Secret(PASSWORD) })),
    grants: [
      { to: 'vera', role: 'viewer' },
      { to: 'oskar', role: 'operator' },
      { to: 'ada', role: 'admin' },
    ],
  }
  const tokens = createTokens(createSigner(Buffer.alloc(32, 1)))
  const log = createLogger({ service: 'console', format: 'classic', level: 'error', privacy: 'mask' })
  const app = createApp({
    auth: () => auth,
    tenants: () => ['acme', 'globex'],
    url: () => undefined,
    links: () => ({ jaeger: 'http://127.0.0.1:16686', emulator: 'http://127.0.0.1:3010/' }),
    trustedProxies: () => [],
    tokens,
    sessions: {
      of: async (request) => identify(request, { auth, tokens, trustedProxies: [], nowMs: Date.now() }),
      holds: async () => true,
      end: async () => undefined,
    },
    onLogout: () => undefined,
    now: Date.now,
    progress: () => state.progress,
    failures: createAddressLimiter({ rate: () => perMinute(60) }),
    instruments: createInstruments(),
    log,
    handlers: handlersOf(state, tokens),
    live: (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n')
      listeners.add(response)
      request.once('close', () => listeners.delete(response))
    },
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
  return Object.assign(state, {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

function handlersOf(
  state: { readonly written: string[]; readonly empty: boolean },
  tokens: ReturnType<typeof createTokens>,
): Handlers {
  let replay: Replayed['state'] | undefined
  return {
    search: async ({ body }) => {
      const view = conversationView({ masked: true, mayReveal: false })
      const matched = body.query === '' ? ('latest' as const) : ('number' as const)
      const found = state.empty || body.query === 'nobody' ? [] : [{ ...view.conversation, matched }]
      return { conversations: found }
    },
    getConversation: async ({ access, reveals }) =>
      conversationView({ masked: !reveals('c1'), mayReveal: mayAs(access.get('acme'), 'operator') }),
    reveal: async ({ user }) => {
      state.written.push('reveal')
      const expiresAt = Date.now() + 900_000
      return { token: tokens.sealReveal(user.name, 'c1', expiresAt), expiresAt: new Date(expiresAt).toISOString() }
    },
    getFacts: async ({ access }) => ({
      window: { state: 'unknown', why: 'unread' },
      consent: [{ source: 'keyword', state: 'optedOut', scope: 'marketing', since: '2026-03-04T10:00:00.000Z' }],
      mayCorrect: mayAs(access.get('acme'), 'operator'),
      asOf: '2026-03-04T11:00:00.000Z',
    }),
    correctConsent: async () => {
      state.written.push('consent')
    },
    getRecord: async ({ params, reveals }) => {
      const { messages } = conversationView({ masked: !reveals('c1'), mayReveal: true })
      const step = messages.flatMap(({ steps }) => steps).find(({ id }) => id === params['id'])
      if (step === undefined) throw new Error('the fixtures have no such record')
      return {
        step: { ...step, traceId: TRACE },
        masked: !reveals('c1'),
        ceId: 'e-1',
        writtenAt: step.at,
        headers: [],
        data: { tenant: 'acme' },
        originalText: '{"price":0.0120}',
      }
    },
    createAccess: async ({ user, body }) => {
      const expiresAt = Date.now() + body.hours * 3_600_000
      const token = sealAccess(tokens, user, { ...body, tenants: body.tenants ?? [], expiresAt })
      return { token, expiresAt: new Date(expiresAt).toISOString() }
    },
    getScenario: async () => ({ name: 'A conversation, masked', steps: [{ from: '351900000001', says: 'Xx' }] }),
    listProblems: async () => (state.empty ? { ...problemsView, problems: [] } : problemsView),
    listDeadLetters: async ({ access }) => ({
      total: state.empty ? 0 : 1,
      codes: state.empty ? [] : [{ code: 'opted_out', tenant: 'acme', count: 1 }],
      letters: state.empty
        ? []
        : [
            {
              id: 'd1',
              at: at(2_000),
              tenant: 'acme',
              code: 'opted_out',
              gate: 'consent',
              reason: 'The customer has opted out of marketing',
              attempts: 1,
              commandId: 'spring-sale-12',
              conversation: 'c1',
              mayReplay: mayAs(access.get('acme'), 'operator'),
              ...(replay === undefined ? {} : { replay: { state: replay, at: at(3_000), by: 'oskar' } }),
            },
          ],
    }),
    replayDeadLetter: async ({ params }) => {
      state.written.push(`replay ${params['id']}`)
      replay = 'replayed'
      return { state: replay }
    },
    replay: async ({ body }) => {
      if (body.confirm !== undefined) state.written.push(`replay all ${body.code ?? ''}`)
      return { count: 7, written: body.confirm !== undefined, left: [{ reason: 'of a gate', count: 3 }] }
    },
    listUnrecognised: async () => ({
      total: state.empty ? 0 : 1,
      webhooks: state.empty
        ? []
        : [{ id: 'r1', at: at(1), tenant: 'acme', code: 'unknown_kind', reason: 'No kind looks like this' }],
    }),
    listParked: async () => ({
      topics: state.empty
        ? []
        : [
            {
              topic: 'imchannel.outbound.parked.acme',
              tenant: 'acme',
              waiting: 1_284,
              oldestAt: at(1),
              senders: [{ sender: '4478•••••299', reason: 'refused-key: 401', since: at(1) }],
            },
          ],
    }),
    getOverview: async () =>
      state.empty
        ? { ...overviewView, received: [], commands: [], accepted: [], delivered: [], failed: [] }
        : overviewView,
    listAudit: async () => ({
      entries: state.empty
        ? []
        : [{ id: 'a1', at: at(1), by: 'oskar', action: 'reveal', tenant: 'acme', conversation: 'c1', outcome: 'done' }],
    }),
  }
}
