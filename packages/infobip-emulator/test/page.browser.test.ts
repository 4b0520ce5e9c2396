import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { launchBrowser } from './browser.ts'
import { CUSTOMER, NUMBER, start, type Harness } from './harness.ts'
import { gives, png } from './receiver.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

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

/** The page with one conversation open; nothing may be said on its console. */
async function open(
  harness: Harness,
  options: BrowserContextOptions = {},
  hash = `#${NUMBER}:${CUSTOMER}`,
): Promise<Page> {
  // Axe puts itself into the page: the policy that forbids that is tested by itself.
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const said: string[] = []
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => said.push(String(error)))
  await page.goto(harness.emulator.url + '/' + hash)
  onTestFinished(async () => {
    await context.close()
    expect(said).toEqual([])
  })
  return page
}

/** A bot, as small as can be: echoes words, sends a picture when asked, and buttons. */
function answerLikeABot({ receiver, omni, whatsapp }: Harness): void {
  receiver.media.set('/media/p', gives(png, 'image/png'))
  receiver.answer = ({ path, body }) => {
    if (path !== '/onMessage') return {}
    const { message, from } = body.results[0]
    const to = { to: { phoneNumber: from } }
    const text = String(message.text ?? message.title ?? message.type)
    if (text === 'picture') void omni({ imageUrl: `${receiver.url}/media/p`, text: 'A picture' }, to)
    else if (text === 'buttons') {
      const buttons = [
        { type: 'REPLY', id: 'y', title: 'Yes' },
        { type: 'REPLY', id: 'n', title: 'No' },
      ]
      void whatsapp('interactive/buttons', { body: { text: 'Well?' }, action: { buttons } })
    } else if (text === 'list') {
      const sections = [{ title: 'All', rows: [{ id: '1', title: 'First', description: 'the one' }] }]
      void whatsapp('interactive/list', { body: { text: 'Choose' }, action: { title: 'Options', sections } })
    } else void omni({ text: `You said *${text}*` }, to)
    return { headers: { traceresponse: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } }
  }
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
}

/** What axe finds that is serious. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axeSource })
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

// In words: this package is not compiled with the browser's types.
const isWiderThanTheScreen = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

describe('the phone', () => {
  it('sends words, shows the bot’s answer as WhatsApp does, and the ticks', async () => {
    const harness = await start()
    answerLikeABot(harness)
    const page = await open(harness)
    await write(page, 'hello')
    const answer = page.locator('.message.theirs', { hasText: 'You said hello' })
    await answer.locator('strong', { hasText: 'hello' }).waitFor()
    await answer.getByRole('button', { name: /seen: inspect/ }).waitFor()
    await page
      .locator('.message.own')
      .getByRole('button', { name: /taken: inspect/ })
      .waitFor()
    await page.getByRole('option', { name: /You said/ }).waitFor()
  })

  it('shows a picture, and sends one', async () => {
    const harness = await start()
    answerLikeABot(harness)
    const page = await open(harness)
    await write(page, 'picture')
    const image = page.locator('.message.theirs img')
    await image.waitFor()
    await page.waitForFunction('[...document.images].every((one) => one.complete && one.naturalWidth > 0)')
    await page.getByRole('button', { name: 'Attach' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('menuitem', { name: 'Photo or sticker' }).click()
    await (await chooser).setFiles({ name: 'own.png', mimeType: 'image/png', buffer: png })
    await page.locator('.message.own img').waitFor()
    const sent = harness.receiver.to('/onMessage').at(-1)
    expect(sent?.body.results[0].message).toMatchObject({
      type: 'IMAGE',
      url: expect.stringContaining('/whatsapp/1/senders/'),
    })
  })

  it('sends documents, voice notes, places and contacts', async () => {
    const harness = await start()
    answerLikeABot(harness)
    const page = await open(harness)
    const attach = async (name: string, file?: { name: string; mimeType: string }) => {
      await page.getByRole('button', { name: 'Attach' }).click()
      if (file === undefined) {
        await page.getByRole('menuitem', { name }).click()
        await page.getByRole('button', { name: 'Send', exact: true }).last().click()
        return
      }
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('menuitem', { name }).click()
      await (await chooser).setFiles({ ...file, buffer: Buffer.from('OggS') })
    }
    const types = () => harness.receiver.to('/onMessage').map(({ body }) => body.results[0].message.type)
    await attach('Document', { name: 'a.pdf', mimeType: 'application/pdf' })
    await harness.until(() => types().includes('DOCUMENT'))
    await attach('Audio or voice note', { name: 'a.ogg', mimeType: 'audio/ogg' })
    await harness.until(() => types().includes('VOICE'))
    await attach('Location')
    await harness.until(() => types().includes('LOCATION'))
    await attach('Contact')
    await harness.until(() => types().includes('CONTACT'))
    for (const text of ['a.pdf', 'Zagreb', 'Ana Horvat'])
      await page.locator('.message.own', { hasText: text }).waitFor()
  })

  it('lets buttons and lists be pressed', async () => {
    const harness = await start()
    answerLikeABot(harness)
    const page = await open(harness)
    await write(page, 'buttons')
    await page.getByRole('button', { name: 'Yes' }).click()
    await page.locator('.message.theirs', { hasText: 'You said Yes' }).waitFor()
    await page.locator('.message.own .quote', { hasText: 'Well?' }).waitFor()
    await write(page, 'list')
    await page.getByRole('button', { name: 'Options' }).click()
    await page.getByRole('button', { name: /First/ }).click()
    await page.locator('.message.theirs', { hasText: 'You said First' }).waitFor()
    const replies = harness.receiver.to('/onMessage').map(({ body }) => body.results[0].message.type)
    expect(replies).toEqual(['TEXT', 'INTERACTIVE_BUTTON_REPLY', 'TEXT', 'INTERACTIVE_LIST_REPLY'])
  })

  it('stands beside another', async () => {
    const harness = await start()
    answerLikeABot(harness)
    await harness.emulator.phone('391111').sends({ name: 'Marco', text: 'hi' })
    const page = await open(harness)
    await page.getByRole('option', { name: /Marco/ }).click({ modifiers: ['Control'] })
    await expect.poll(() => page.locator('.phone').count(), { timeout: PATIENCE_MS }).toBe(2)
    await page.locator('.phone').nth(1).getByRole('textbox').fill('from Marco')
    await page.keyboard.press('Enter')
    await page.locator('.phone').nth(1).locator('.message.own', { hasText: 'from Marco' }).waitFor()
    expect(await page.locator('.phone').first().locator('.message', { hasText: 'from Marco' }).count()).toBe(0)
  })
})

describe('what stands between a business and a customer', () => {
  const offer = {
    name: 'offer',
    language: 'en',
    category: 'MARKETING',
    structure: { body: { text: 'Hi {{1}}, look at this', examples: ['Ana'] } },
  }
  const content = { templateName: 'offer', templateData: { body: { placeholders: ['Ana'] } }, language: 'en' }

  it('is shown on the phone, and changed by its menu with keys alone', async () => {
    const harness = await start({ behaviour: { pricing: 'rules' }, clock: { now: '2026-11-30T10:00:00Z' } })
    const { call, control, receiver } = harness
    await control('POST', 'templates', { definition: offer })
    const page = await open(harness)
    const facts = page.locator('.phone-facts')
    await facts.getByText('The 24-hour window is closed').waitFor()
    const choose = async (name: string) => {
      await page.getByRole('button', { name: 'What the customer can do' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: 'Call the business' }).waitFor()
      for (let i = 0; i < 20; i++) {
        if ((await page.locator(':focus').textContent()) === name) break
        await page.keyboard.press('ArrowDown')
      }
      await page.keyboard.press('Enter')
    }
    await choose('Call the business')
    await facts.getByText(/Window open for (24 h 0 min|23 h 59 min), by a call/).waitFor()
    await page.locator('.message.own', { hasText: 'Voice call' }).waitFor()
    await call('POST', '/whatsapp/1/message/template', { messages: [{ from: NUMBER, to: CUSTOMER, content }] })
    const template = page.locator('.message.theirs', { hasText: 'Hi Ana' })
    await template.getByText('Template · offer · en · marketing').waitFor()
    await template.getByText('0.0722 XTS').waitFor()
    await choose('Stop marketing')
    await facts.getByText('no marketing').waitFor()
    await call('POST', '/whatsapp/1/message/template', { messages: [{ from: NUMBER, to: CUSTOMER, content }] })
    await page.getByText('7033 EC_MARKETING_OPT_OUT').waitFor()
    await choose('Put on Infobip’s blocklist')
    await facts.getByText('on the blocklist').waitFor()
    await choose('Let 24 hours pass, here alone')
    await facts.getByText('The 24-hour window is closed').waitFor()
    await harness.until(() => receiver.to('/webhook').length === 5)
    const kinds = receiver.to('/webhook').map(({ body }) => body.type ?? body.results?.[0].event ?? body.content)
    expect(kinds).toEqual([
      'CALL_RECEIVED',
      'CALL_ESTABLISHED',
      'CALL_FINISHED',
      expect.objectContaining({ notificationMessagesStatus: 'stop' }),
      'BLOCK',
    ])
  })

  it('is changed for the business: a template’s status, category and quality, a number’s limit', async () => {
    const harness = await start()
    const { control, receiver, until, emulator } = harness
    await control('POST', 'templates', { definition: offer })
    const page = await open(harness)
    await page.getByRole('button', { name: 'Inspector', exact: true }).click()
    await page.getByRole('tab', { name: 'Business' }).click()
    await page.getByLabel('Status of offer en').selectOption('FIRST_PAUSED')
    await page.getByLabel('Category of offer en').selectOption('UTILITY')
    await page.getByLabel(`Limit of ${NUMBER}`).selectOption('LIMIT_250')
    await until(() => emulator.store.get('sender', NUMBER)?.currentLimit === 'LIMIT_250')
    await until(() => receiver.to('/webhook').length === 2)
    expect(receiver.to('/webhook').map(({ body }) => body.change.type)).toEqual([
      'TEMPLATE_STATUS_UPDATE',
      'TEMPLATE_CATEGORY_UPDATE',
    ])
  })
})

describe('words', () => {
  const drawn: [text: string, html: string][] = [
    ['*bold* _italic_ ~gone~ `code`', '<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>'],
    ['*both _of them_*', '<strong>both <em>of them</em></strong>'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['a * b* c', 'a * b* c'],
    ['```one\ntwo```', '<pre>one\ntwo</pre>'],
    ['> quoted\nplain', '<blockquote>quoted</blockquote>plain'],
    ['- a\n* b', '<ul><li>a</li><li>b</li></ul>'],
    ['2. two\n3. three', '<ol start="2"><li>two</li><li>three</li></ol>'],
    ['`*as it is*`', '<code>*as it is*</code>'],
  ]

  it('are drawn as WhatsApp does', async () => {
    const harness = await start()
    for (const [text] of drawn) await harness.emulator.phone(CUSTOMER).says(text)
    const page = await open(harness)
    const texts = page.locator('.message .text')
    await expect.poll(() => texts.count(), { timeout: PATIENCE_MS }).toBe(drawn.length)
    for (const [i, [, html]] of drawn.entries()) expect(await texts.nth(i).innerHTML()).toBe(html)
  })
})

describe('the inspector', () => {
  it('shows the request, the fetch, the webhooks with their answers and the trace, and delivers again', async () => {
    const harness = await start()
    answerLikeABot(harness)
    const page = await open(harness)
    await write(page, 'picture')
    const answer = page.locator('.message.theirs', { hasText: 'A picture' })
    await answer.getByRole('button', { name: /seen: inspect/ }).click()
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByText('POST /omni/1/advanced').click()
    await inspector.getByText('[redacted]').waitFor()
    for (const method of ['HEAD', 'GET']) await inspector.getByText(`${method} /media/p`).waitFor()
    await inspector.getByText('seen → /onSeenReport').click()
    const before = harness.receiver.to('/onSeenReport').length
    await inspector.getByRole('button', { name: 'Deliver this webhook again' }).last().click()
    await harness.until(() => harness.receiver.to('/onSeenReport').length === before + 1)

    await page
      .locator('.message.own')
      .getByRole('button', { name: /inspect/ })
      .first()
      .click()
    await inspector.getByText('inbound → /onMessage').click()
    const trace = inspector.getByRole('link', { name: /Trace 4bf92f35/ })
    expect(await trace.first().getAttribute('href')).toContain('4bf92f3577b34da6a3ce929d0e0e4736')
  })

  it('switches faults on and off, and lists the magic numbers', async () => {
    const harness = await start()
    const page = await open(harness)
    await page.getByRole('button', { name: 'Inspector', exact: true }).click()
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByRole('button', { name: '429 once' }).click()
    await page.getByRole('button', { name: 'Remove throttle' }).waitFor()
    expect(harness.emulator.faults.list()).toHaveLength(1)
    await page.getByRole('button', { name: 'Remove throttle' }).click()
    await harness.until(() => harness.emulator.faults.list().length === 0)
    await page.getByText('15550000429').waitFor()
  })
})

describe('the page', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    'has no serious accessibility finding and does not scroll sideways: %s, %i px',
    async (colorScheme, width) => {
      const harness = await start()
      answerLikeABot(harness)
      const phone = harness.emulator.phone(CUSTOMER)
      await phone.sends({ name: 'Teresa Gomes', text: 'hello' })
      for (const text of ['picture', 'buttons', 'list']) await phone.says(text)
      await phone.sends({ location: { latitude: 1, longitude: 2 } })
      await phone.receives('Choose', { state: 'seen' })
      const page = await open(harness, { colorScheme, viewport: { width, height: 740 } })
      await page.getByRole('button', { name: 'Options' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expect(await isWiderThanTheScreen(page)).toBe(false)
      await page.getByRole('button', { name: 'What the customer can do' }).click()
      await page.getByRole('menuitem', { name: 'Stop marketing' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expect(await isWiderThanTheScreen(page)).toBe(false)
      await page.keyboard.press('Escape')
      await page.locator('.message.theirs .meta').last().click()
      await page.getByText('The request', { exact: true }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expect(await isWiderThanTheScreen(page)).toBe(false)
      await page.getByRole('tab', { name: 'Business' }).click()
      await page.getByLabel(`Limit of ${NUMBER}`).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expect(await isWiderThanTheScreen(page)).toBe(false)
      await page.getByRole('button', { name: 'Close the inspector' }).click()
      if (width === 360) await page.getByRole('button', { name: 'Back to the customers' }).click()
      await page.getByRole('button', { name: 'New customer', exact: true }).first().click()
      await page.getByRole('dialog').waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expect(await isWiderThanTheScreen(page)).toBe(false)
    },
  )

  it('works by keyboard alone', async () => {
    const harness = await start()
    await harness.emulator.phone('391111').sends({ name: 'Marco', text: 'hi' })
    await harness.emulator.phone(CUSTOMER).says('hello')
    const page = await open(harness, {}, '')
    await page.getByRole('option', { name: /Marco/ }).waitFor()
    await page.getByRole('listbox', { name: 'Conversations' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Marco' }).waitFor()
    await page.keyboard.type('by keyboard')
    await page.keyboard.press('Enter')
    await page.locator('.message.own', { hasText: 'by keyboard' }).waitFor()
    await page.getByRole('log').focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('tab', { name: 'Message', selected: true }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('body.inspecting').count(), { timeout: PATIENCE_MS }).toBe(0)
  })

  it('lets nothing in from elsewhere', async () => {
    const { emulator } = await start()
    const response = await fetch(emulator.url)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    const html = await response.text()
    expect(html).not.toMatch(/https?:\/\/|<script>|style=/)
    for (const asset of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([asset[1], (await fetch(`${emulator.url}/${asset[1]}`)).status]).toEqual([asset[1], 200])
    }
  })

  it('keeps to its own policy', async () => {
    const harness = await start()
    answerLikeABot(harness)
    const page = await open(harness, { bypassCSP: false })
    await write(page, 'picture')
    await page.locator('.message.theirs img').waitFor()
    await page.locator('.message.theirs .meta').click()
    await page.getByText('The request', { exact: true }).waitFor()
  })

  it('takes what a customer or a bot writes for text, never for markup', async () => {
    const harness = await start()
    const evil = '<img src=x onerror=alert(1)> *<b>bold</b>* javascript:alert(1)'
    await harness.emulator.phone(CUSTOMER).sends({ name: evil, text: evil })
    const page = await open(harness)
    await page.locator('.message strong', { hasText: '<b>bold</b>' }).waitFor()
    expect(await page.locator('.message img').count()).toBe(0)
  })
})

describe('a crowd', () => {
  it('of 1,000 conversations and 10,000 messages keeps the page as small as 100 do', async () => {
    const harness = await start()
    const fill = async (count: number) => {
      for (let from = 0; from < count; from += 500) {
        const messages = Array.from({ length: Math.min(500, count - from) }, (_, i) => ({
          from: CUSTOMER,
          text: `message ${from + i}`,
        }))
        await harness.control('POST', 'inbound', { messages })
      }
    }
    const showOneMore = async (page: Page, text: string) => {
      await harness.control('POST', 'inbound', { from: CUSTOMER, text })
      await page.locator('.message', { hasText: text }).waitFor()
      return page.evaluate<number>('document.querySelectorAll("*").length')
    }
    await fill(100)
    const page = await open(harness)
    await page.locator('.message', { hasText: 'message 99' }).waitFor()
    const few = await showOneMore(page, 'one more of few')
    await harness.control('POST', 'inbound', {
      messages: Array.from({ length: 1_000 }, (_, i) => ({ from: `3900${String(i).padStart(6, '0')}`, text: 'hi' })),
    })
    await fill(10_000)
    await page.reload()
    await page.getByText('1001 conversations').waitFor()
    const many = await showOneMore(page, 'one more of many')
    expect(many).toBeLessThan(2 * few)

    // Back through the whole of it: earlier pages come, and what is out of sight goes.
    const log = page.getByRole('log')
    for (let i = 0; i < 5; i++) {
      await log.evaluate((element) => element.scrollTo(0, 0))
      await expect.poll(() => log.evaluate((element) => element.scrollTop), { timeout: PATIENCE_MS }).toBeGreaterThan(0)
    }
    expect(await page.evaluate('document.querySelectorAll(".message").length')).toBeLessThanOrEqual(120)
    const list = page.getByRole('listbox', { name: 'Conversations' })
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.getByRole('option', { name: /3900000000/ }).waitFor()
    expect(await page.getByRole('option').count()).toBeLessThan(60)
    await page.getByRole('button', { name: 'To the latest message' }).click()
    await page.locator('.message', { hasText: 'one more of many' }).waitFor()
  })
})
