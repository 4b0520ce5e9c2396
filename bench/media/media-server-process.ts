import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../services/media-server/src/main.ts', import.meta.url))

export const TENANT = 'bench'
export const TOKEN = 'bench-token'

export interface MediaServerProcess {
  readonly url: string
  /** Resident memory in bytes, and its highest since the last reset: by the kernel's own count. */
  rss(): number
  peakRss(): number
  resetPeak(): void
  stop(): Promise<void>
}

/** The media-server as its users start it, its log in a file. */
export async function startMediaServerProcess(
  redisUrl: string,
  brokers: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<MediaServerProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'imchannel-bench-'))
  const file = join(dir, 'imchannel.yaml')
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  await writeFile(
    file,
    JSON.stringify({
      kafka: { brokers },
      redis: { url: redisUrl },
      publicUrl: 'http://127.0.0.1',
      topics: { prefix: `bench-${port}` },
      host: '127.0.0.1',
      port,
      mediaBudget: '100GB',
      tenants: { [TENANT]: { webhookAuth: { type: 'none' }, mediaTokens: [TOKEN], accounts: [] } },
    }),
  )
  const child = spawn(process.execPath, [...nodeFlags, MAIN], {
    env: { ...process.env, IMCHANNEL_CONFIG: file },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const log = createWriteStream(join(dir, 'media-server.log'))
  child.stdout.pipe(log)
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; ; attempt += 1) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) break
    if (attempt > 200 || child.exitCode !== null) throw new Error(`the media-server did not start: see ${dir}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const memory = (name: string): number => {
    const kb = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
    return Number(kb) * 1024
  }
  return {
    url,
    rss: () => memory('VmRSS'),
    peakRss: () => memory('VmHWM'),
    resetPeak: () => writeFileSync(`/proc/${child.pid}/clear_refs`, '5'),
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

export async function upload(
  server: MediaServerProcess,
  body: AsyncIterable<Uint8Array> | Uint8Array,
  { type, size }: { type: string; size: number },
): Promise<string> {
  const response = await fetch(`${server.url}/${TENANT}/imchannel/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type, 'content-length': String(size) },
    body: body as NonNullable<RequestInit['body']>,
    duplex: 'half',
  })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`${response.status} ${text}`)
  const { id } = JSON.parse(text) as { id: string }
  return id
}
