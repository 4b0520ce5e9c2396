import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, spawnManaged } from '@imchannel/local-stack'
import { testStack, uniqueName, waitUntil } from '@imchannel/testkit'

export interface ConsoleStage extends AsyncDisposable {
  readonly prefix: string
  readonly storeFolder: string
  /** Starts the console’s process, on the same store each time, and waits until it answers. */
  start(): Promise<ConsoleProcess>
}

export interface ConsoleProcess {
  readonly url: string
  get(path: string): Promise<Record<string, unknown>>
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
  output(): string
  kill(): Promise<void>
  stop(): Promise<void>
}

const STOP_MS = 30_000
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A console as a process of its own, with topics and a store that no other test has. */
export async function stageConsole(settings: Readonly<Record<string, unknown>> = {}): Promise<ConsoleStage> {
  const { brokers, redisUrl } = testStack()
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-console-'))
  const file = join(dir, 'imchannel.yaml')
  const prefix = uniqueName('im')
  const storeFolder = join(dir, 'store')
  const config = {
    kafka: { brokers },
    redis: { url: redisUrl },
    publicUrl: 'https://chat.example.com',
    topics: { prefix, partitions: 3 },
    host: '127.0.0.1',
    tenants: { acme: { webhookAuth: { type: 'none' }, accounts: [] } },
    console: { store: storeFolder, auth: { kind: 'none' } },
    ...settings,
  }
  await writeFile(file, JSON.stringify(config))
  const open = new Set<ConsoleProcess>()

  return {
    prefix,
    storeFolder,
    async start() {
      const [port = 0] = await freePorts(1)
      const started = await startProcess(file, port)
      open.add(started)
      return started
    },
    async [Symbol.asyncDispose]() {
      for (const one of open) await one.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function startProcess(file: string, port: number): Promise<ConsoleProcess> {
  let output = ''
  const child = await spawnManaged(process.execPath, [main], {
    env: { IMCHANNEL_CONFIG: file, PORT: String(port), PATH: process.env['PATH'] ?? '' },
    output: (chunk) => {
      output += chunk
    },
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(async () => (await fetch(`${url}/readyz`)).ok, { what: 'the console is ready' })
  const session = (await (await fetch(`${url}/v1/session`)).json()) as { csrfToken: string } // as the API describes it
  return {
    url,
    output: () => output,
    async get(path) {
      return (await (await fetch(`${url}${path}`)).json()) as Record<string, unknown>
    },
    async post(path, body) {
      const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken }
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    },
    async kill() {
      await child.kill()
    },
    async stop() {
      await child.stop(STOP_MS)
    },
  }
}
