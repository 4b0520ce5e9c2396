import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, type ConsoleConfig, loadConfig } from '@imchannel/config'
import type { ConsentCorrection } from '@imchannel/events'
import type { FactStore } from '@imchannel/fact-store'
import { createAddressLimiter, createHttpServer, perMinute } from '@imchannel/http'
import { createLogger } from '@imchannel/logging'
import type { Replayer } from '../../src/adapters/replayer.ts'
import { openDatabase } from '../../src/adapters/store/open-database.ts'
import { writeRecords } from '../../src/adapters/store/write-records.ts'
import { createOidcLogin } from '../../src/auth/oidc-login.ts'
import { createSessions } from '../../src/auth/sessions.ts'
import { createSigner } from '../../src/auth/signer.ts'
import { createTokens } from '../../src/auth/tokens.ts'
import { projectRecord } from '../../src/domain/project-record.ts'
import { consentHandlers } from '../../src/handlers/consent.ts'
import { accessHandler } from '../../src/handlers/access.ts'
import { conversationHandlers } from '../../src/handlers/conversations.ts'
import { listHandlers } from '../../src/handlers/lists.ts'
import { replayHandlers } from '../../src/handlers/replays.ts'
import { scenarioHandler } from '../../src/handlers/scenario.ts'
import type { AuditEntry } from '../../src/handlers/write-audit.ts'
import { createApp } from '../../src/http/create-app.ts'
import { createLive } from '../../src/http/live.ts'
import { createInstruments } from '../../src/instruments.ts'
import { BASE, type Seeded } from '../seed.ts'

export const PASSWORD = 'a-long-enough-password'

export interface ApiStage extends AsyncDisposable {
  readonly url: string
  readonly audited: readonly AuditEntry[]
  readonly corrected: readonly ConsentCorrection[]
  /** Ids of the commands that were written back, unless the test has a replayer of its own. */
  readonly replayed: readonly string[]
  /** What it has logged. */
  readonly lines: readonly string[]
  take(seeded: readonly Seeded[]): Promise<void>
  /** Logs in by password. */
  as(name: string): Promise<Asker>
}

export interface Asker {
  readonly cookie: string
  readonly session: Readonly<Record<string, unknown>>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly text: string
  /** As the API describes it. */
  // oxlint-disable-next-line no-explicit-any -- looked into by tests alone
  readonly body: any
}

/** With what a browser keeps and follows. */
export interface WholeAnswer extends Answer {
  /** One a line. */
  readonly cookie: string
  readonly location: string
}

export interface ApiOptions {
  readonly auth?: unknown
  readonly url?: string
  readonly trustedProxies?: readonly string[]
  readonly replayer?: Partial<Replayer>
  readonly facts?: Pick<FactStore, 'read'>
  readonly loginsPerMinute?: number
  readonly port?: number
}

const people = {
  kind: 'basic',
  users: ['vera', 'oskar', 'ada', 'gus', 'nobody'].map((name) => ({ name, password: PASSWORD })),
  grants: [
    { to: 'vera', role: 'viewer' },
    { to: 'oskar', role: 'operator', tenants: ['acme'] },
    { to: 'ada', role: 'admin' },
    { to: 'gus', role: 'operator', tenants: ['globex'] },
  ],
}

const now = (): number => BASE + 3_600_000
const progress = () => ({ reading: false, behind: 0, records: 0, readPerSecond: 0, missingTopics: [] })

/** The API on an embedded store of its own, without Kafka and Redis: records are put in by hand. */
export async function startApi(options: ApiOptions = {}): Promise<ApiStage> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-console-api-'))
  const config = configOf(options)
  const settings = config.console as ConsoleConfig // configOf has one
  const lines: string[] = []
  const log = createLogger({
    service: 'console',
    format: 'classic',
    level: 'debug',
    privacy: 'none',
    write: (line) => lines.push(line),
  })
  const database = await openDatabase({ folder }, (line) => lines.push(line))
  const tokens = createTokens(createSigner(Buffer.alloc(32, 7)))
  const instruments = createInstruments()
  const audited: AuditEntry[] = []
  const corrected: ConsentCorrection[] = []
  const { facts = { read: async () => ({ window: {}, coverage: undefined, consent: [], readAt: now() }) } } = options
  const replayed: string[] = []
  const audit = async (entry: AuditEntry): Promise<void> => void audited.push(entry)
  const replayer: Replayer = {
    plan: async (letters) => ({ send: new Map(letters.map((letter) => [letter.place, letter])), left: new Map() }),
    replay: async (letters) => {
      replayed.push(...letters.map(({ commandId }) => commandId ?? ''))
      return { written: new Set(letters.map(({ place }) => place)), left: new Map() }
    },
    ...options.replayer,
  }
  const auth = () => settings.auth
  const failures = createAddressLimiter({ rate: () => perMinute(options.loginsPerMinute ?? 1_000) })
  const trustedProxies = () => config.trustedProxies
  const live = createLive({ progress, now })
  const session = {
    auth,
    tenants: () => Object.keys(config.tenants),
    url: () => settings.url,
    links: () => ({}),
    trustedProxies,
    tokens,
    sessions: createSessions({ database, auth, tokens, trustedProxies, now, failures }),
    now,
    progress,
    failures,
    instruments,
    onLogout: (ended: { readonly id: string }) => live.end(ended),
  }
  const app = createApp({
    ...session,
    log,
    handlers: {
      ...conversationHandlers({ database, tokens, audit, instruments, now }),
      createAccess: accessHandler({ tokens, audit, auth, now }),
      getScenario: scenarioHandler(database),
      ...listHandlers({ database, now }),
      ...consentHandlers({ database, facts, correct: async (some) => void corrected.push(...some), audit, now }),
      ...replayHandlers({ database, replayer, audit, config: () => config, instruments, now }),
      listParked: async () => ({ topics: [] }),
    },
    live: (request, response, listener) => live.listen(request, response, listener),
    oidc: createOidcLogin({ ...session, log }),
  })
  const server = createHttpServer({ handler: app, host: '127.0.0.1', port: options.port ?? 0 })
  await server.start()
  const url = server.url()

  return {
    url,
    audited,
    corrected,
    replayed,
    lines,
    async take(seeded) {
      const { taken } = await writeRecords(
        database.write,
        seeded.map(({ record, role }) => projectRecord(record, role)),
      )
      live.tell(taken)
    },
    async as(name) {
      const login = await ask(url, '/v1/login', { method: 'POST', body: { name, password: PASSWORD } })
      if (login.status !== 200) throw new Error(`${name} was not let in: ${login.text}`)
      return askerOf(url, login)
    },
    async [Symbol.asyncDispose]() {
      live.close()
      await server.stop()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configOf({ auth = people, url, trustedProxies = [] }: ApiOptions): Config {
  const tenant = { webhookAuth: { type: 'none' }, accounts: [] }
  const text = JSON.stringify({
    kafka: { brokers: ['127.0.0.1:9092'] },
    redis: { url: 'redis://127.0.0.1:6379' },
    publicUrl: 'https://chat.example.com',
    tenants: { acme: tenant, globex: tenant },
    trustedProxies,
    console: { auth, ...(url === undefined ? {} : { url }) },
  })
  const loaded = loadConfig({ text, env: {}, readFile: () => '' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

export interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export async function ask(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body }: AskOptions = {},
): Promise<WholeAnswer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const { headers: answered } = answer
  const [cookie, location] = [answered.getSetCookie().join('\n'), answered.get('location') ?? '']
  return {
    status: answer.status,
    text,
    cookie,
    location,
    body: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined,
  }
}

function askerOf(url: string, login: WholeAnswer): Asker {
  const common = { cookie: login.cookie.split(';')[0] ?? '', 'x-csrf-token': String(login.body.csrfToken) }
  return {
    cookie: common.cookie,
    session: login.body as Record<string, unknown>, // as the API describes it
    get: (path, headers) => ask(url, path, { headers: { ...common, ...headers } }),
    post: (path, body = {}, headers) => ask(url, path, { method: 'POST', body, headers: { ...common, ...headers } }),
  }
}
