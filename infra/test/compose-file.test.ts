import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadConfig } from '@imchannel/config'
import { checkout } from '@imchannel/local-stack'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'

interface Service {
  readonly image: string
  readonly profiles?: readonly string[]
  readonly build?: { readonly target: string }
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly environment?: unknown
}

// What is asked about it here, with merge keys followed.
const { services } = parse(await readFile(join(checkout, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>
}

test('each is where people expect it, on loopback alone', () => {
  const published = Object.values(services).flatMap(({ ports = [] }) => ports)
  expect(published.every((port) => port.startsWith('127.0.0.1:'))).toBe(true)
  const usual = published.map((port) => /^127\.0\.0\.1:(?:\$\{\w+:-)?(\d+)\}?:\d+$/.exec(port)?.[1])
  expect(usual).toEqual(['9092', '6379', '16686', '4318', '3001', '3002', '3003', '3004', '3010', '9090', '3030'])
})

test('our images run with nothing that they do not need', () => {
  const ours = Object.entries(services).filter(([, { build }]) => build !== undefined)
  expect(ours.map(([name]) => name)).toEqual([
    'ingress',
    'dispatcher',
    'media-server',
    'console',
    'emulator',
    'echo-bot',
    'cli',
  ])
  for (const [name, service] of ours) {
    expect(service).toMatchObject({
      build: { target: name },
      image: `imchannel/${name}:\${IMCHANNEL_TAG:-dev}`,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
  }
})

test('the console has a password of its own from its first start on, and says where it is, not what it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-console-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const main = join(folder, 'main.mjs')
  await writeFile(main, 'process.stdout.write(`as ${process.env.CONSOLE_PASSWORD}`)')
  const start = async (): Promise<string> => {
    const script = join(checkout, 'infra/compose/start-console.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, main])
    return stdout
  }
  const [first, second] = [await start(), await start()]
  const password = await readFile(join(folder, 'password'), 'utf8')
  expect(password.length).toBeGreaterThan(20)
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600)
  expect(first).toContain(join(folder, 'password'))
  expect(first.split('\n').at(-1)).toBe(`as ${password}`)
  expect(second).toBe(first)
  expect(first.split('\n')[0]).not.toContain(password)
})

test('the configuration of compose is taken with what its file gives each service', async () => {
  const text = await readFile(join(checkout, 'infra/compose/imchannel.yaml'), 'utf8')
  const env = (services['console']?.environment ?? {}) as Record<string, string>
  const given = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  )
  const result = loadConfig({ text, env: given, readFile: () => '' })
  expect(result.ok ? [] : result.problems).toEqual([])
})

test('Prometheus and Grafana come by their profile alone, with files that are there', () => {
  const observability = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('observability'))
  expect(observability.map(([name]) => name)).toEqual(['prometheus', 'grafana'])
  const mounted = observability.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('./'))
  expect(mounted).toHaveLength(4)
  for (const volume of mounted) expect(existsSync(join(checkout, volume.split(':')[0] ?? ''))).toBe(true)
})
