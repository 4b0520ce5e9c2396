import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestSystem, uniqueNumber, waitUntil, type TestSystem } from '@imchannel/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { launchBrowser } from '../../../packages/infobip-emulator/test/browser.ts'

// A whole system and a browser on two busy cores: nothing here is about time.
const PATIENCE_MS = 60_000
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const PASSWORD = 'a-password-of-tests'
const TEXT = 'Where is my order?'

let system: TestSystem
let browser: Browser
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-console-'))
  const users = ['vera', 'oskar'].map((name) => ({ name, password: PASSWORD }))
  const grants = [
    { to: 'vera', role: 'viewer' },
    { to: 'oskar', role: 'operator' },
  ]
  const operators = { store: join(folder, 'store'), auth: { kind: 'basic', users, grants } }
  system = await startTestSystem({
    parts: ['emulator', 'media-server', 'ingress', 'dispatcher', 'console', 'echo-bot'],
    settings: { console: operators },
  })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await system?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** The page as somebody sees it who has logged in, with every answer of the API that it got. */
async function open(user: string): Promise<{ page: Page; answers: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const answers: string[] = []
  page.on('response', async (response) => {
    if (response.url().includes('/v1/') && !response.url().endsWith('/live'))
      answers.push(await response.text().catch(() => ''))
  })
  await page.goto(system.urls.console)
  await page.getByLabel('Name').fill(user)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  return { page, answers }
}

/** The conversation with a customer, searched for until the projection has it. */
async function search(page: Page, number: string): Promise<void> {
  const found = page.getByRole('region', { name: 'What happened' })
  await waitUntil(
    async () => {
      await page.getByRole('searchbox').fill(`+${number}`)
      await page.keyboard.press('Enter')
      return found.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      )
    },
    { timeoutMs: PATIENCE_MS, what: `the console has found ${number}` },
  )
  await page.getByRole('searchbox').fill('')
}

async function seen(customer: string, messages: number): Promise<void> {
  const states = async (): Promise<string[]> => {
    const path = `messages?customer=${customer}&direction=to-customer`
    const { messages: list } = await system.ask<{ messages: { state: string }[] }>(path)
    return list.map(({ state }) => state)
  }
  await waitUntil(async () => (await states()).filter((state) => state === 'seen').length === messages, {
    timeoutMs: PATIENCE_MS,
    what: `${messages} messages are seen by ${customer}`,
  })
}

const chain = (page: Page) => page.getByRole('region', { name: 'What happened' })
const kinds = (page: Page) => chain(page).locator('.step-head .tag').allTextContents()

describe('an operator reads', () => {
  test('a message that arrived: command, throttled and accepted requests, reports', async () => {
    const customer = uniqueNumber()
    await system.tell('faults', { action: 'throttle', retryAfterSeconds: 1, to: customer, count: 1 })
    await system.customerWrites({ from: customer, text: TEXT })
    await seen(customer, 1)
    const { page } = await open('oskar')
    await search(page, customer)
    expect(page.url()).not.toContain(customer)
    await page.locator('.message.out .bubble').first().click()
    await waitUntil(
      async () => {
        const shown = await kinds(page)
        return ['command', 'attempt', 'outcome', 'report'].every((kind) => shown.includes(kind))
      },
      { timeoutMs: PATIENCE_MS, what: 'the whole chain is shown' },
    )
    await chain(page).getByText('seen', { exact: true }).first().waitFor()
    expect((await kinds(page)).filter((kind) => kind === 'attempt').length).toBeGreaterThan(1)

    await page.locator('.message:not(.out) .bubble').first().click()
    await chain(page).getByText('received', { exact: true }).first().waitFor()
    expect(await page.content()).not.toContain(TEXT)
    await page.getByRole('button', { name: 'Reveal' }).click()
    await page.getByRole('button', { name: 'Show them' }).click()
    await page.locator('.bubble', { hasText: TEXT }).first().waitFor()
    await page.getByRole('heading', { name: customer }).waitFor()
  })

  test('a message that was reported as failed, and the problem that it is counted as', async () => {
    const customer = uniqueNumber()
    await system.tell('faults', { action: 'fail', to: customer, count: 1 })
    await system.customerWrites({ from: customer, text: TEXT })
    const { page } = await open('oskar')
    await search(page, customer)
    await page.locator('.message.out .bubble-failure').first().waitFor()
    await page.locator('.message.out .bubble').first().click()
    await chain(page).getByText('failed', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'Problems' }).click()
    await page.getByText('reported by Infobip').first().waitFor()
  })

  test('a command that was refused, as a dead letter with its reason, and replays it', async () => {
    // No digits in a row: an id that holds what could be a number is masked.
    const [customer, id] = [uniqueNumber(), `refused-${randomUUID()}`]
    const content = { type: 'image', media: { id: '00000000-0000-4000-8000-000000000000' } }
    await system.botSends([{ value: { id, tenant: system.tenant, from: system.number, to: customer, content } }])
    const { page } = await open('oskar')
    await search(page, customer)
    await chain(page).getByText('rejected', { exact: true }).first().waitFor()
    expect(await kinds(page)).toContain('command')

    await page.getByRole('link', { name: 'Dead letters' }).click()
    const letter = page.getByRole('listitem').filter({ hasText: id })
    await letter.waitFor()
    await letter.getByRole('button', { name: 'Replay', exact: true }).click()
    await letter.getByText('Replayed', { exact: true }).waitFor()
  })
})

test('a viewer gets masks alone: in the page, in its address, and in every answer of the API', async () => {
  const customer = uniqueNumber()
  await system.customerWrites({ from: customer, text: TEXT })
  await seen(customer, 1)
  const { page, answers } = await open('vera')
  await search(page, customer)
  await page.locator('.message.out .bubble').first().click()
  await chain(page).getByText('The record').first().click()
  await page.locator('pre.json').first().waitFor()
  for (const name of ['Conversations', 'Problems', 'Dead letters']) {
    await page.getByRole('link', { name }).first().click()
    await page.locator('main[aria-busy=false]').waitFor()
  }
  expect(answers.length).toBeGreaterThan(5)
  for (const text of [await page.content(), page.url(), ...answers]) {
    expect(text).not.toContain(customer)
    expect(text).not.toContain(TEXT)
  }
})
