import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeArguments } from '@imchannel/local-stack'
import { startTestSystem, waitUntil, type TestSystem } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const { TEST_RUN = 'by-hand', IMCHANNEL_TAG = 'dev' } = process.env
/** Node alone is 127 MB of it. */
const MOST_BYTES = 200e6

const running = ['ingress', 'dispatcher', 'media-server', 'emulator', 'echo-bot'] as const
const images = [...running, 'console', 'cli'] as const

interface Inspected {
  readonly Size: number
  readonly Config: {
    readonly User: string
    readonly Entrypoint: readonly string[]
    readonly StopSignal: string
    readonly Labels: Readonly<Record<string, string>>
    readonly Healthcheck: { readonly Test: readonly string[] }
  }
}

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: 256 * 1024 * 1024 })
  return stdout.trim()
}

/** Every file of an image, as `tar` lists it: mode, owner, size, date, path. */
async function filesOf(image: string): Promise<{ mode: string; owner: string; path: string }[]> {
  const id = await docker('create', image)
  try {
    const options = { maxBuffer: 256 * 1024 * 1024 }
    const { stdout } = await run('sh', ['-c', 'docker export "$1" | tar -tv --numeric-owner', 'sh', id], options)
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [mode = '', owner = '', , , , path = ''] = line.split(/\s+/)
        return { mode, owner, path }
      })
  } finally {
    await docker('rm', id)
  }
}

describe.each(images)('the image of %s', (name) => {
  const image = `imchannel/${name}:${IMCHANNEL_TAG}`

  test('says what it is, runs as nobody in particular, and can be asked how it is', async () => {
    const [inspected] = JSON.parse(await docker('image', 'inspect', image)) as Inspected[]
    const { version } = JSON.parse(await readFile(`${checkout}/package.json`, 'utf8')) as { version: string }
    expect(inspected?.Config).toMatchObject({
      User: '10001:10001',
      StopSignal: 'SIGTERM',
      Entrypoint: ['node', ...(name === 'cli' ? [expect.stringMatching(/main\.ts$/)] : nodeArguments(name))],
      Labels: {
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.source': expect.stringContaining('https://'),
        'org.opencontainers.image.base.name': expect.stringMatching(/^node:24/),
      },
      Healthcheck: { Test: name === 'cli' ? ['NONE'] : ['CMD', 'node', '/app/healthcheck.mjs'] },
    })
    expect(inspected?.Size).toBeLessThan(MOST_BYTES)
  })

  test('has Node, its libraries and the program in it, and no tool to build, fetch or become root with', async () => {
    const files = await filesOf(image)
    const paths = files.map(({ path }) => path)
    expect(paths).toContain('usr/local/bin/node')
    expect(paths).toContain('app/LICENSE')
    expect(paths.filter((path) => /^(usr\/)?(local\/)?s?bin\/./.test(path))).toEqual(['usr/local/bin/node'])
    expect(
      paths.filter((path) => /\/(pnpm|npm|corepack|typescript|vitest|testcontainers)\/package\.json$/.test(path)),
    ).toEqual([])
    expect(paths.filter((path) => /\.(test\.ts|env)$/.test(path))).toEqual([])
    expect(files.filter(({ mode }) => mode.includes('s') || mode.includes('S'))).toEqual([])
    const changeable = files.filter(
      ({ mode, owner, path }) => path.startsWith('app/') && (owner !== '0/0' || mode[8] === 'w'),
    )
    expect(changeable.filter(({ mode }) => !mode.startsWith('l'))).toEqual([])
  })
})

describe('containers of a whole system, with nothing that they may write to', () => {
  let system: TestSystem
  beforeAll(async () => {
    system = await startTestSystem({ parts: running })
  })
  afterAll(() => system?.[Symbol.asyncDispose]())

  test.each(running)('%s has no user’s rights, is healthy, and ends with 0 at SIGTERM', async (part) => {
    const process = system.process(part)
    const status = await readFile(`/proc/${process.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t10001\t10001/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    const filters = [`label=imchannel.test-run=${TEST_RUN}`, `ancestor=imchannel/${part}:${IMCHANNEL_TAG}`]
    const listed = await docker('ps', '--quiet', ...filters.flatMap((filter) => ['--filter', filter]))
    const states = await Promise.all(
      listed.split('\n').map(async (id) => {
        const format = '{{.State.Pid}} {{.HostConfig.ReadonlyRootfs}} {{.State.Health.Status}}'
        return { id, text: await docker('inspect', '--format', format, id) }
      }),
    )
    const mine = states.find(({ text }) => text.startsWith(`${process.pid} `))
    expect(mine?.text).toContain(' true ')
    const healthy = async (): Promise<boolean> =>
      (await docker('inspect', '--format', '{{.State.Health.Status}}', mine?.id ?? '')) === 'healthy'
    await waitUntil(healthy, { timeoutMs: 30_000, what: `${part} is healthy` })
    expect(await process.stop()).toEqual({ code: 0, signal: null })
  })
})
