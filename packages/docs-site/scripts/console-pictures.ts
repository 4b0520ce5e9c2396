// node packages/docs-site/scripts/console-pictures.ts: makes the pictures of docs/console.md of the running demo.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '@imchannel/local-stack'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { launchBrowser } from '../../infobip-emulator/test/browser.ts'
import { npmStart, systemPorts } from '../../launcher/test/npm-start.ts'
import { waitUntil } from '../../testkit/src/wait-until.ts'

const SIZE = { width: 1180, height: 760 }
const SENDER = '447860099299'
const TERESA = '351927482662'

const dataDir = await mkdtemp(join(tmpdir(), 'imchannel-picture-'))
const ports = await systemPorts()
const system = await npmStart({ dataDir, ports })
const browser = await launchBrowser()
const consoleUrl = `http://127.0.0.1:${ports['CONSOLE_PORT']}`
try {
  await system.ready()
  await play()
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' })
  await openConversation(page)
  await save(page, 'console-conversation')
  const dark = await browser.newPage({ viewport: SIZE, colorScheme: 'dark' })
  await dark.goto(`${consoleUrl}/#/problems`)
  await waitUntil(async () => (await dark.locator('.rows > li').count()) > 0, { what: 'a problem is shown' })
  await save(dark, 'console-problems')
} finally {
  await browser.close()
  await system[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
}

/** A question that is answered at the second request, and two customers whom nothing reaches. */
async function play(): Promise<void> {
  await tell('inbound', { from: TERESA, to: SENDER, text: 'Good morning!' })
  await answered(TERESA, 1)
  await tell('faults', { action: 'throttle', retryAfterSeconds: 1, to: TERESA, count: 1 })
  await tell('inbound', { from: TERESA, to: SENDER, text: 'Where is my order?' })
  await answered(TERESA, 2)
  await tell('faults', { action: 'fail', to: '351911222333' })
  for (const text of ['Hello?', 'Anybody there?', 'I try later'])
    await tell('inbound', { from: '351911222333', to: SENDER, text })
  await tell('faults', { action: 'reject', to: '4915112345678' })
  await tell('inbound', { from: '4915112345678', to: SENDER, text: 'Guten Tag' })
}

async function openConversation(page: Page): Promise<void> {
  await page.goto(consoleUrl)
  const searched = page.getByRole('searchbox')
  await waitUntil(
    async () => {
      await searched.fill(`+${TERESA}`)
      await page.keyboard.press('Enter')
      const first = page.locator('.bubble').nth(3)
      return first.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      )
    },
    { timeoutMs: 60_000, what: 'the console has the conversation' },
  )
  await searched.fill('')
  await page.getByRole('button', { name: 'Reveal' }).click()
  await page.getByRole('button', { name: 'Show them' }).click()
  await page.locator('.bubble', { hasText: 'Where is my order?' }).last().click()
  await page.locator('.ticks.seen').nth(1).waitFor()
  await page.locator('#said:not(.shown)').waitFor({ state: 'attached' })
}

async function save(page: Page, name: string): Promise<void> {
  const file = join(checkout, 'docs/pictures', `${name}.webp`)
  await sharp(await page.screenshot())
    .webp({ quality: 82, effort: 6 })
    .toFile(file)
  process.stdout.write(`${file}\n`)
}

/** The emulator's `POST /_emulator/{path}`. */
async function tell(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${ports['EMULATOR_PORT']}/_emulator/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`the emulator refused ${path}: ${await answer.text()}`)
}

async function answered(customer: string, count: number): Promise<void> {
  const url = `http://127.0.0.1:${ports['EMULATOR_PORT']}/_emulator/messages?customer=${customer}&direction=to-customer`
  const states = async (): Promise<readonly { state: string }[]> => {
    // The emulator's own answer.
    const { messages } = (await (await fetch(url)).json()) as { messages: { state: string }[] }
    return messages
  }
  await waitUntil(async () => (await states()).filter(({ state }) => state === 'seen').length === count, {
    timeoutMs: 60_000,
    what: `${count} answers are seen by ${customer}`,
  })
}
