import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePorts } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../../packages/infobip-emulator/test/browser.ts'
import { queriesOf } from '../../packages/telemetry/test/system/promql.ts'
import { composeImage, obstacleTo } from '../../packages/testkit/src/containers/compose-image.ts'

const run = promisify(execFile)
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const { TEST_RUN } = process.env
/** A run that is ended takes away what has its name (scripts/bootstrap/docker.mjs). */
const project = TEST_RUN === undefined ? uniqueName('imchannel-trial') : `imchannel-trial-${TEST_RUN}`
/** A browser, a broker and five services that start on two busy cores. */
const PATIENCE_MS = 240_000
const PORTS = [
  'KAFKA_PORT',
  'REDIS_PORT',
  'JAEGER_PORT',
  'OTLP_PORT',
  'INGRESS_PORT',
  'DISPATCHER_PORT',
  'MEDIA_PORT',
  'CONSOLE_PORT',
  'EMULATOR_PORT',
  'PROMETHEUS_PORT',
  'GRAFANA_PORT',
] as const
const PHONE = { customer: '351927482662', sender: '447860099299' }

let folder: string
let env: NodeJS.ProcessEnv
let ports: Readonly<Record<(typeof PORTS)[number], number>>

async function compose(...args: string[]): Promise<string> {
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024, timeout: PATIENCE_MS }
  const { stdout } = await run('docker', ['compose', '--project-name', project, ...args], options)
  return stdout
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-clone-'))
  await run('git', ['clone', '--quiet', checkout, folder])
  const free = await freePorts(PORTS.length)
  // One for each name.
  ports = Object.fromEntries(PORTS.map((name, index) => [name, free[index] ?? 0])) as typeof ports
  const moved = Object.fromEntries(PORTS.map((name) => [name, String(ports[name])]))
  // Images of its own: those of the checkout are being tried by others meanwhile.
  env = { ...process.env, ...moved, IMCHANNEL_TAG: 'trial' }
}, PATIENCE_MS)

afterAll(async () => {
  await compose('--profile', 'observability', 'down', '--volumes', '--remove-orphans')
  await rm(folder, { recursive: true, force: true })
}, PATIENCE_MS)

test(
  'docker compose up in a clean clone, and a conversation on the phone page',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    // It ends with 0 only once everything that has a health check is healthy.
    await compose('up', '--build', '--wait', '--wait-timeout', '180')
    const services = (await compose('ps', '--format', '{{.Service}} {{.State}} {{.Health}}')).trim().split('\n').sort()
    expect(services).toEqual([
      'console running healthy',
      'dispatcher running healthy',
      'echo-bot running healthy',
      'emulator running healthy',
      'ingress running healthy',
      // Its image has nothing that could ask.
      'jaeger running ',
      'kafka running healthy',
      'media-server running healthy',
      'redis running healthy',
    ])

    const browser = await launchBrowser()
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      page.setDefaultTimeout(60_000)
      const said: string[] = []
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`))
      page.on('pageerror', (error) => said.push(String(error)))
      const composer = page.getByRole('textbox', { name: 'Message' })
      const load = async (): Promise<boolean> => {
        // To the same address, with what stands behind its #, nothing would be loaded.
        await page.goto('about:blank')
        said.length = 0
        await page.goto(`http://127.0.0.1:${ports.EMULATOR_PORT}/#${PHONE.sender}:${PHONE.customer}`)
        await composer.waitFor({ timeout: 20_000 })
        return true
      }
      // Other tests' networks come and go, for which Chromium breaks off what it loads: then a user loads it again, too.
      await waitUntil(load, { timeoutMs: 90_000, what: 'the phone page has loaded' }).catch((error: unknown) => {
        throw new Error(`the page said: ${said.join('; ')}`, { cause: error })
      })
      const write = async (text: string): Promise<void> => {
        await composer.fill(text)
        await page.keyboard.press('Enter')
      }
      await write('Oh well')
      await page.getByText('You said: Oh well').first().waitFor()
      await write('An image, please')
      await page.locator('.bubble img').first().waitFor()
      const { TRIAL_SCREENSHOT } = process.env
      if (TRIAL_SCREENSHOT) await page.screenshot({ path: TRIAL_SCREENSHOT })
      expect(said).toEqual([])
    } finally {
      await browser.close()
    }

    const messages = `http://127.0.0.1:${ports.EMULATOR_PORT}/_emulator/messages?customer=${PHONE.customer}&direction=to-customer`
    const states = async (): Promise<string[]> => {
      // The emulator's own answer.
      const { messages: list } = (await (await fetch(messages)).json()) as { messages: { state: string }[] }
      return list.map(({ state }) => state)
    }
    await waitUntil(async () => (await states()).join() === 'seen,seen', { what: 'both answers are seen' })
    // The command line from its image, in the same network.
    expect(await compose('run', '--rm', '--no-deps', 'cli', 'conversation', PHONE.customer)).toContain('Oh well')
    const traced = async (): Promise<boolean> => {
      const answer = await fetch(`http://127.0.0.1:${ports.JAEGER_PORT}/api/services`)
      const { data } = (await answer.json()) as { data: string[] | null }
      return ['imchannel-ingress', 'imchannel-dispatcher', 'imchannel-media-server', 'echo-bot'].every((service) =>
        data?.includes(service),
      )
    }
    await waitUntil(traced, { what: 'Jaeger knows every service' })
    // LOG_PRIVACY=mask unless somebody says otherwise.
    const logs = await compose('logs', '--no-color', 'ingress', 'dispatcher')
    expect(logs).toContain('[onMessage] Message received')
    expect(logs).not.toContain(PHONE.customer)
  },
)

describe('the profile observability, beside it', () => {
  test('Prometheus scrapes every service, and takes every rule and what every panel asks', async ({ skip }) => {
    const reason = await obstacleTo(await composeImage('prometheus'))
    skip(reason !== undefined, reason)
    await compose('--profile', 'observability', 'up', '--detach', '--no-deps', 'prometheus')
    const ask = prometheus(`http://127.0.0.1:${ports.PROMETHEUS_PORT}/api/v1`)
    await waitUntil(
      async () => {
        const { activeTargets } = await ask<{ activeTargets: { health: string; labels: { job: string } }[] }>('targets')
        const up = activeTargets.filter(({ health }) => health === 'up').map(({ labels }) => labels.job)
        return up.sort().join() === 'dispatcher,ingress,media-server'
      },
      { timeoutMs: 60_000, what: 'every service is scraped' },
    )

    const rulesFile = await readFile(join(folder, 'infra/prometheus/rules/imchannel.yml'), 'utf8')
    const rules = await waitUntil(
      async () => {
        const { groups } = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules')
        const all = groups.flatMap((group) => group.rules)
        return all.length > 0 && all.every(({ health }) => health !== 'unknown') ? all : undefined
      },
      { timeoutMs: 60_000, what: 'every rule has been evaluated' },
    )
    const alerts = [...rulesFile.matchAll(/- alert: (\w+)/g)].map(([, name]) => ({ name, health: 'ok' }))
    expect(rules.map(({ name, health }) => ({ name, health }))).toEqual(alerts)

    const dashboards = join(folder, 'infra/grafana/dashboards')
    const queries = (await readdir(dashboards)).flatMap((file) =>
      queriesOf(readFileSync(join(dashboards, file), 'utf8'), file),
    )
    expect(queries.length).toBeGreaterThan(40)
    for (const { text } of queries) await ask(`query?query=${encodeURIComponent(text)}`)
    const { result } = await ask<{ result: { value: [number, string] }[] }>(
      `query?query=${encodeURIComponent('sum(imchannel_webhooks_total{tenant="acme",outcome="stored"})')}`,
    )
    // The conversation before: two messages, and what became of two answers.
    expect(Number(result[0]?.value[1])).toBeGreaterThanOrEqual(4)
  })

  test('Grafana has the dashboards, and asks that Prometheus', async ({ skip }) => {
    const reason =
      (await obstacleTo(await composeImage('prometheus'))) ?? (await obstacleTo(await composeImage('grafana')))
    skip(reason !== undefined, reason)
    await compose('--profile', 'observability', 'up', '--detach', '--no-deps', 'prometheus', 'grafana')
    const grafana = `http://127.0.0.1:${ports.GRAFANA_PORT}/api`
    const files = await readdir(join(folder, 'infra/grafana/dashboards'))
    const found = async (): Promise<boolean> => {
      const answer = await fetch(`${grafana}/search?type=dash-db`)
      if (!answer.ok) return false
      const list = (await answer.json()) as { uid: string }[] // Grafana's own answer
      return (
        list
          .map(({ uid }) => `${uid}.json`)
          .sort()
          .join() === files.sort().join()
      )
    }
    await waitUntil(found, { timeoutMs: 120_000, what: 'Grafana has read its dashboards' })
    const proxied = prometheus(`${grafana}/datasources/proxy/uid/prometheus/api/v1`)
    expect((await proxied<{ result: unknown[] }>('query?query=up')).result).toHaveLength(3)
  })
})

test('docker compose down leaves nothing', { timeout: PATIENCE_MS }, async () => {
  await compose('--profile', 'observability', 'down', '--volumes')
  expect(await compose('ps', '--all', '--quiet')).toBe('')
})

/** Asks Prometheus's API. */
function prometheus(api: string): <Data>(question: string) => Promise<Data> {
  return async <Data>(question: string) => {
    const answer = await fetch(`${api}/${question}`)
    const { status, data, error } = (await answer.json()) as { status: string; data: Data; error?: string }
    if (status !== 'success') throw new Error(`${decodeURIComponent(question)}: ${error}`)
    return data
  }
}
