import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signInboundToken } from '@imchannel/media-store'
import { checkout, freePorts, PROGRAMS, spawnManaged, type ManagedChild } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import { TARGETS, type Target } from './attack.ts'
import { BODY_LIMIT, SECRETS, SENDER } from './settings.ts'

/** What a server holds, in bytes, after its garbage was collected. */
export interface Memory {
  /** What the system has given it. */
  readonly rss: number
  /** What V8 keeps of that for objects, in use or not. */
  readonly heap: number
  /** What its objects and buffers take. */
  readonly held: number
}

export interface RunningTarget {
  readonly port: number
  readonly url: string
  isRunning(): boolean
  memory(): Promise<Memory>
  /** Lines that tell of an error, as far as they were printed. */
  errors(): readonly string[]
}

export interface Targets extends AsyncDisposable {
  readonly running: Readonly<Record<Target, RunningTarget>>
  /** Media that are there, and signed links to customers' media. */
  readonly media: { readonly ids: readonly string[]; readonly tokens: readonly string[] }
  /** Webhooks as Infobip writes them. */
  readonly webhooks: readonly string[]
}

export interface TargetOptions {
  readonly brokers: readonly string[]
  readonly redisUrl: string
  /** Of topics; its own for each run. */
  readonly prefix: string
}

const preload = new URL('tell-memory.mjs', import.meta.url).href
const keptErrors = 20

/** The servers as their users run them, a process each, with limits that are reached and every way of authentication. */
export async function startTargets({ brokers, redisUrl, prefix }: TargetOptions): Promise<Targets> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-fuzz-'))
  const free = await freePorts(TARGETS.length)
  const ports = Object.fromEntries(TARGETS.map((target, index) => [target, free[index] ?? 0])) as Record<Target, number> // one for each
  const url = (target: Target): string => `http://127.0.0.1:${ports[target]}`
  const account = { baseUrl: url('emulator'), apiKey: SECRETS.apiKey, senders: [{ number: SENDER, scenarioKey: 'S' }] }
  const tenant = (webhookAuth: object): object => ({
    webhookAuth,
    mediaTokens: [SECRETS.mediaToken],
    mediaSecrets: [SECRETS.mediaSecret],
    accounts: [account],
  })
  // JSON is YAML.
  await writeFile(
    join(folder, 'imchannel.yaml'),
    JSON.stringify({
      kafka: { brokers },
      redis: { url: redisUrl },
      publicUrl: url('media-server'),
      topics: { prefix, partitions: 1, outbound: [`${prefix}.outbound`] },
      trustedProxies: ['127.0.0.1'],
      trustTraceHeaders: true,
      // Every line is written, and masked: what is logged is read once more on the way.
      logs: { level: 'info', privacy: 'mask' },
      limits: {
        webhookBytes: BODY_LIMIT,
        unauthenticatedBytes: 64 * BODY_LIMIT,
        failedAuthPerMinute: 1_000_000,
        webhookDeadline: '30s',
      },
      tenants: {
        acme: tenant({ type: 'basic', username: 'infobip', password: SECRETS.password }),
        signed: tenant({ type: 'hmac', secret: SECRETS.hmac, header: 'X-Signature' }),
        bearer: tenant({ type: 'bearer', token: SECRETS.bearer }),
        header: tenant({ type: 'header', name: 'X-Secret', value: SECRETS.header }),
        open: tenant({ type: 'none' }),
        other: tenant({ type: 'none' }),
      },
    }),
  )
  await writeFile(
    join(folder, 'emulator.json'),
    JSON.stringify({
      accounts: [{ id: 'acme', apiKeys: [SECRETS.apiKey], senders: account.senders }],
      keep: { messages: 1_000, requests: 1_000, webhooks: 1_000 },
    }),
  )
  const children: ManagedChild[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.kill()))
    await rm(folder, { recursive: true, force: true })
  }
  async function start(target: Target): Promise<RunningTarget> {
    const output = createOutput()
    const child = await spawnManaged(process.execPath, ['--import', preload, PROGRAMS[target]], {
      cwd: checkout,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        IMCHANNEL_CONFIG: join(folder, 'imchannel.yaml'),
        EMULATOR_CONFIG: join(folder, 'emulator.json'),
        PORT: String(ports[target]),
        HOST: '127.0.0.1',
      },
      output: output.take,
    })
    children.push(child)
    await waitUntil(async () => !child.isRunning() || (await fetch(`${url(target)}/readyz`)).ok, {
      timeoutMs: 60_000,
      what: `${target} is ready`,
    })
    if (!child.isRunning()) throw new Error(`${target} has ended; it printed:\n${output.tail()}`)
    return {
      port: ports[target],
      url: url(target),
      isRunning: () => child.isRunning(),
      errors: output.errors,
      memory: async () => {
        const before = output.memories.length
        child.signal('SIGUSR2')
        await waitUntil(() => output.memories.length > before || !child.isRunning(), {
          what: `${target} tells its memory`,
        })
        const memory = output.memories.at(-1)
        if (memory === undefined) throw new Error(`${target} has ended; it printed:\n${output.tail()}`)
        return memory
      },
    }
  }

  try {
    // One after the other: each finds its topics made.
    const running: Partial<Record<Target, RunningTarget>> = {}
    for (const target of ['emulator', 'ingress', 'media-server', 'dispatcher'] as const)
      running[target] = await start(target)
    return {
      running: running as Record<Target, RunningTarget>, // all four, by the loop above
      media: await prepareMedia(url('media-server'), url('emulator')),
      webhooks: await readCorpus(),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What a process prints: hundreds of megabytes, of which little is kept. */
function createOutput() {
  const memories: Memory[] = []
  const errors: string[] = []
  let rest = ''
  let tail = ''
  return {
    memories,
    errors: () => errors,
    tail: () => tail,
    take: (chunk: string): void => {
      tail = (tail + chunk).slice(-10_000)
      const lines = (rest + chunk).split('\n')
      rest = (lines.pop() ?? '').slice(0, 10_000)
      for (const line of lines) {
        const [, memory] = /^\[fuzz memory\] (.*)$/.exec(line) ?? []
        if (memory !== undefined)
          memories.push(JSON.parse(memory) as Memory) // as tell-memory.mjs writes it
        else if (/\[ERROR\]|^Error|uncaught/i.test(line) && errors.length < keptErrors) errors.push(line.slice(0, 500))
      }
    },
  }
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

async function prepareMedia(mediaServer: string, emulator: string): Promise<Targets['media']> {
  const answer = await fetch(`${mediaServer}/acme/imchannel/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRETS.mediaToken}`, 'content-type': 'image/png' },
    body: Buffer.from(PNG, 'base64'),
  })
  const { id } = (await answer.json()) as { id: string } // the media-server's own answer to an upload
  const claim = { sender: SENDER, url: `${emulator}/whatsapp/1/senders/${SENDER}/media/none` }
  const nowS = Math.floor(Date.now() / 1_000)
  return {
    ids: [id],
    tokens: [3_600, -3_600].map((inS) =>
      signInboundToken('acme', { ...claim, expiresAt: nowS + inS }, SECRETS.mediaSecret),
    ),
  }
}

async function readCorpus(): Promise<string[]> {
  const folder = join(checkout, 'packages/infobip/test/corpus')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
}
