import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePorts } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../packages/infobip-emulator/test/browser.ts'

const run = promisify(execFile)
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const { TEST_RUN } = process.env
/** A run that is ended takes away what has its name (scripts/bootstrap/docker.mjs). */
const project = TEST_RUN === undefined ? uniqueName('imchannel-trial') : `imchannel-trial-${TEST_RUN}`
/** A browser, a broker and five services that start on two busy cores. */
const PATIENCE_MS = 240_000
const PHONE = { customer: '351927482662', sender: '447860099299' }

let folder: string
let env: NodeJS.ProcessEnv
let ports: Record<'EMULATOR_PORT' | 'JAEGER_PORT' | 'INGRESS_PORT', number>

async function compose(...args: string[]): Promise<string> {
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024, timeout: PATIENCE_MS }
  const { stdout } = await run('docker', ['compose', '--project-name', project, ...args], options)
  return stdout
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-clone-'))
  await run('git', ['clone', '--quiet', checkout, folder])
  const names = ['KAFKA', 'REDIS', 'JAEGER', 'OTLP', 'INGRESS', 'DISPATCHER', 'MEDIA', 'EMULATOR'].map(
    (n) => `${n}_PORT`,
  )
  const free = await freePorts(names.length)
  const moved = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
  ports = { EMULATOR_PORT: 0, JAEGER_PORT: 0, INGRESS_PORT: 0, ...moved }
  const portsMoved = Object.fromEntries(Object.entries(moved).map(([name, port]) => [name, String(port)]))
  // Images of its own: those of the checkout are being tried by others meanwhile.
  env = { ...process.env, ...portsMoved, IMCHANNEL_TAG: 'trial' }
}, PATIENCE_MS)

afterAll(async () => {
  await compose('down', '--volumes', '--remove-orphans')
  await rm(folder, { recursive: true, force: true })
}, PATIENCE_MS)

test(
  'docker compose up in a clean clone, a conversation on the phone page, down',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    // It ends with 0 only once everything that has a health check is healthy.
    await compose('up', '--build', '--wait', '--wait-timeout', '180')
    const services = (await compose('ps', '--format', '{{.Service}} {{.State}} {{.Health}}')).trim().split('\n').sort()
    expect(services).toEqual([
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

    await compose('down', '--volumes')
    expect(await compose('ps', '--all', '--quiet')).toBe('')
  },
)
