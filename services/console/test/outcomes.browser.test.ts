import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { launchBrowser } from '../../../packages/infobip-emulator/test/browser.ts'
import { type ApiStage, PASSWORD, startApi } from './api/start-api.ts'
import { everyOutcome, SAID } from './outcomes.ts'

// A browser on a busy machine is slow: nothing here is about time.
const PATIENCE_MS = 60_000
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const outcomes = everyOutcome()
let api: ApiStage
let browser: Browser

beforeAll(async () => {
  api = await startApi()
  await api.take(outcomes.flatMap(({ records }) => records))
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await api?.[Symbol.asyncDispose]()
})

/** The page as somebody sees it, with every address that it asked and every answer that it got. */
async function open(user: string): Promise<{ page: Page; got: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const got: string[] = []
  page.on('response', async (response) => {
    got.push(response.url())
    if (!response.url().endsWith('/live')) got.push(await response.text().catch(() => ''))
  })
  await page.goto(api.url)
  await page.getByLabel('Name').fill(user)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  return { page, got }
}

const chain = (page: Page) => page.getByRole('region', { name: 'What happened' })

async function find(page: Page, customer: string): Promise<void> {
  await page.getByRole('searchbox').fill(customer)
  await page.keyboard.press('Enter')
  // The next one is read once it is another conversation that is shown.
  await page.getByRole('heading', { name: customer.slice(-3) }).waitFor()
  await page.getByRole('searchbox').fill('')
  await page.locator('.message.out .bubble').first().click()
}

describe.each(outcomes)('a message that was $name', ({ customer, chain: kinds, state, says }) => {
  test('is read with its whole chain', async () => {
    const { page } = await open('oskar')
    await find(page, customer)
    await chain(page).locator('.step').first().waitFor()
    expect(await chain(page).locator('.step-head .tag').allTextContents()).toEqual(kinds)
    expect(await chain(page).locator('.chain-head .tag').textContent()).toBe(state)
    for (const words of says) await chain(page).getByText(words).first().waitFor()
  })
})

test('a viewer reads all of them under masks: no number, no text in page, address, request or answer', async () => {
  const { page, got } = await open('vera')
  for (const { customer } of outcomes) {
    await find(page, customer)
    await chain(page).getByText('The record').first().click()
    await chain(page).locator('pre.json').first().waitFor()
    got.push(await page.content(), page.url())
  }
  for (const name of ['Conversations', 'Problems', 'Dead letters', 'Parked', 'Access']) {
    await page.getByRole('link', { name }).first().click()
    await page.locator('main[aria-busy=false]').waitFor()
    got.push(await page.content(), page.url())
  }
  expect(got.length).toBeGreaterThan(outcomes.length * 4)
  for (const text of got)
    for (const secret of [SAID, ...outcomes.map(({ customer }) => customer)]) expect(text).not.toContain(secret)
})

test('replay pressed in two tabs at once is one request', async () => {
  const [one, two] = [await open('oskar'), await open('oskar')]
  const letters = [one.page, two.page].map((page) => page.getByRole('listitem').filter({ hasText: 'BAD_REQUEST' }))
  for (const { page } of [one, two]) await page.getByRole('link', { name: 'Dead letters' }).click()
  for (const letter of letters) await letter.getByRole('button', { name: 'Replay', exact: true }).waitFor()
  await Promise.all(letters.map((letter) => letter.getByRole('button', { name: 'Replay', exact: true }).click()))
  for (const letter of letters) await letter.getByText(/Replayed|Being replayed/).waitFor()
  expect(api.replayed.filter((id) => id === 'told-b')).toHaveLength(1)
})
