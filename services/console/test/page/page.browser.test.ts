import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { launchBrowser } from '../../../../packages/infobip-emulator/test/browser.ts'
import { MASKED, NUMBER } from './fixtures.ts'
import { PASSWORD, startPage, type PageServer } from './start-page.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PAGES = [
  'overview',
  'conversations',
  'conversations/c1/m2',
  'problems',
  'dead-letters',
  'unrecognised',
  'parked',
  'audit',
  'access',
]

// A browser on a busy machine is slow: nothing here is about time.
const PATIENCE_MS = 45_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
})

async function start(): Promise<PageServer> {
  const server = await startPage()
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

/** The page as somebody who has logged in sees it; nothing may be said on its console. */
async function open(server: PageServer, user: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const said: string[] = []
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => said.push(String(error)))
  onTestFinished(async () => {
    await context.close()
    expect(said).toEqual([])
  })
  await page.goto(server.url)
  await logIn(page, user)
  return page
}

async function logIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('Name').fill(user)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

async function search(page: Page, query: string): Promise<void> {
  await page.getByRole('searchbox').fill(query)
  await page.keyboard.press('Enter')
}

const chain = (page: Page) => page.getByRole('region', { name: 'What happened' })

describe('an operator', () => {
  it('pastes a number and reads what became of each message, step by step', async () => {
    const server = await start()
    const page = await open(server, 'oskar')
    await search(page, `+${NUMBER}`)
    await page.getByRole('heading', { name: MASKED }).waitFor()
    expect(page.url()).not.toContain(NUMBER)

    await page.locator('.bubble', { hasText: 'Business' }).first().click()
    await chain(page).getByText('delivered', { exact: true }).waitFor()
    expect(await chain(page).getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'Command',
      'Send',
      'Attempt 1: throttled',
      'Attempt 2: accepted',
      'Accepted',
      'MediaItem fetched: GET 200',
      'DELIVERED_TO_HANDSET',
      '0.0123 EUR',
    ])
    const jaeger = chain(page).getByRole('link', { name: 'Jaeger' })
    expect(await jaeger.getAttribute('href')).toMatch(/^http:\/\/127\.0\.0\.1:16686\/trace\/[0-9a-f]{32}$/)

    await page.locator('.bubble', { hasText: 'spring_sale' }).click()
    await chain(page).getByText('The customer has opted out of marketing').first().waitFor()
    await chain(page).getByText('The record').last().click()
    await chain(page).getByText('"price":0.0120').waitFor()
  })

  it('takes a conversation as a file for a bug report', async () => {
    const server = await start()
    const page = await open(server, 'vera')
    await page.goto(`${server.url}/#/conversations/c1`)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Scenario' }).click()
    const file = await (await download).path()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ steps: [{ says: 'Xx' }] })
  })

  it('lifts the masks of a conversation, having been told that the audit keeps it', async () => {
    const server = await start()
    const page = await open(server, 'oskar')
    await page.goto(`${server.url}/#/conversations/c1`)
    await page.getByRole('button', { name: 'Reveal' }).click()
    await page.getByText('The audit keeps that you did.').waitFor()
    expect(server.written).toEqual([])
    await page.getByRole('button', { name: 'Show them' }).click()
    await page.getByRole('heading', { name: NUMBER }).waitFor()
    await page.getByText('Where is my order?').waitFor()
    expect(server.written).toEqual(['reveal'])
    expect(page.url()).not.toContain(NUMBER)
  })

  it('sees who opted out, and corrects it with a reason, having been told that the audit keeps it', async () => {
    const server = await start()
    const page = await open(server, 'oskar')
    await page.goto(`${server.url}/#/conversations/c1`)
    await page.getByText('Opted out of marketing by a key word').waitFor()
    await page.getByRole('button', { name: 'Correct' }).click()
    await page.getByText('The audit keeps that you did').waitFor()
    // Not without a reason.
    await page.getByRole('button', { name: 'Opt in' }).click()
    expect(server.written).toEqual([])
    await page.getByLabel('Reason').fill('asked for it on the phone')
    await page.getByRole('button', { name: 'Opt in' }).click()
    await vi.waitFor(() => expect(server.written).toEqual(['consent']), { timeout: PATIENCE_MS })
  })

  it('replays one dead letter by a press, and all of a code once their count is agreed to', async () => {
    const server = await start()
    const page = await open(server, 'oskar')
    await page.goto(`${server.url}/#/dead-letters`)
    await page.getByRole('button', { name: 'Replay', exact: true }).click()
    await page.getByText('Replayed', { exact: true }).first().waitFor()
    expect(server.written).toEqual(['replay d1'])

    await page.getByLabel('Code').selectOption('opted_out')
    await page.getByRole('button', { name: /Replay these/ }).click()
    await page.getByText('Replay 7 dead letters?').waitFor()
    await page.getByText('3 stay: of a gate').waitFor()
    await page.keyboard.press('Escape')
    expect(server.written).toEqual(['replay d1'])
    await page.getByRole('button', { name: /Replay these/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()
    await page.getByText('7 dead letters replayed').waitFor()
    expect(server.written).toEqual(['replay d1', 'replay all opted_out'])
  })

  it('works without a mouse', async () => {
    const server = await start()
    const page = await open(server, 'oskar')
    await page.keyboard.press('/')
    await page.keyboard.type('nobody')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing is known of that').waitFor()
    await page.getByRole('button', { name: 'Show the latest instead' }).click()
    await page.locator('[data-row]').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await chain(page).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Latest conversations' }).waitFor()
  })

  it('sees what happens without a reload, and how far a reading of Kafka is', async () => {
    const server = await start()
    server.empty = true
    server.progress = {
      ...server.progress,
      reading: true,
      behind: 700,
      records: 300,
      readPerSecond: 50,
      remainingSeconds: 14,
    }
    const page = await open(server, 'oskar')
    await page.getByText(/300 records, 700 to go \(50 a second, about 14.0 s more\)/).waitFor()
    await page.goto(`${server.url}/#/dead-letters`)
    await page.getByRole('heading', { name: 'No dead letters' }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    server.empty = false
    server.tell({ deadLetters: true })
    await page.getByText('spring-sale-12').waitFor()
  })
})

it('lets somebody in by a link that opens the page as them, and is not in its address', async () => {
  const server = await start()
  const page = await open(server, 'oskar')
  await page.getByRole('link', { name: 'Access' }).click()
  await page.getByLabel('For whom or what').fill('acme desk')
  await page.getByLabel('Role').selectOption('viewer')
  await page.getByRole('button', { name: 'Make it' }).click()
  const link = (await page.getByRole('button', { name: /Copy the link/ }).textContent())?.trim() ?? ''
  expect(link).toContain(`${server.url}/#/link/`)

  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const other = await context.newPage()
  other.setDefaultTimeout(PATIENCE_MS)
  await other.goto(link)
  await other.getByText('acme desk (let in by oskar)').waitFor()
  expect(other.url()).toBe(`${server.url}/#/`)
  expect(await other.getByRole('link', { name: 'Access' }).count()).toBe(0)
})

describe('a viewer', () => {
  it('sees masks alone, and nothing to press that he may not', async () => {
    const server = await start()
    const page = await open(server, 'vera')
    await search(page, NUMBER)
    await page.getByRole('heading', { name: MASKED }).waitFor()
    await page.getByRole('searchbox').fill('')
    expect(await page.content()).not.toContain(NUMBER)
    expect(await page.getByRole('button', { name: 'Reveal' }).count()).toBe(0)
    await page.goto(`${server.url}/#/dead-letters`)
    await page.getByText('spring-sale-12').waitFor()
    expect(await page.getByRole('button', { name: /Replay/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0)
  })
})

it('a wrong password is said, a right one opens the page, and logging out closes it', async () => {
  const server = await start()
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(server.url)
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill('not it')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').waitFor()
  await logIn(page, 'ada')
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByRole('cell', { name: 'oskar' }).waitFor()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('Password').waitFor()
})

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
  ['dark', 360],
] as const)('%s, %d pixels wide', (colorScheme, width) => {
  it.each([false, true])(
    'is accessible on every page and no wider than the screen (with nothing to show: %s)',
    async (empty) => {
      const server = await start()
      server.empty = empty
      // Axe puts itself into the page, which the policy forbids.
      const page = await open(server, 'ada', { colorScheme, viewport: { width, height: 800 }, bypassCSP: true })
      const findings: string[] = []
      for (const path of PAGES) {
        await page.goto(`${server.url}/#/${path}`)
        await page.locator(`.nav [aria-current=page][href="#/${path.split('/')[0]}"]`).waitFor()
        await page.locator('main[aria-busy=false]').waitFor()
        findings.push(...(await seriousFindings(page)).map((finding) => `${path}: ${finding}`))
        if (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'))
          findings.push(`${path} is wider than the screen`)
      }
      expect(findings).toEqual([])
    },
  )
})

/** What axe finds that is serious. */
async function seriousFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.addScriptTag({ content: axeSource })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }> }
    } // put there one line ago
    const { violations } = await axe.run()
    return violations
      .filter((one) => one.impact === 'serious' || one.impact === 'critical')
      .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
  })
}
