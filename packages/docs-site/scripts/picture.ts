// node packages/docs-site/scripts/picture.ts: makes docs/pictures/demo.webp of the running demo, with a kill in the middle.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkout, portOwner } from '@imchannel/local-stack'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { launchBrowser } from '../../infobip-emulator/test/browser.ts'
import { npmStart, systemPorts } from '../../launcher/test/npm-start.ts'

const SIZE = { width: 460, height: 640 }
const FRAME_MS = 250
const PHONE = { customer: '351927482662', sender: '447860099299' }

const dataDir = await mkdtemp(join(tmpdir(), 'imchannel-picture-'))
const ports = await systemPorts()
const system = await npmStart({ dataDir, ports })
const browser = await launchBrowser()
try {
  await system.ready()
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' })
  await page.goto(`http://127.0.0.1:${ports['EMULATOR_PORT']}/#${PHONE.sender}:${PHONE.customer}`)
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  const frames = await film(page, () => play(page))
  const target = join(checkout, 'docs/pictures')
  await mkdir(target, { recursive: true })
  const delay = frames.map(() => FRAME_MS)
  await sharp(frames, { join: { animated: true } })
    .webp({ quality: 70, effort: 6, loop: 0, delay })
    .toFile(join(target, 'demo.webp'))
  process.stdout.write(`${frames.length} frames: ${join(target, 'demo.webp')}\n`)
} finally {
  await browser.close()
  await system[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
}

/** The story: a question and its answer; a death; a question that waits; the answer, once. */
async function play(page: Page): Promise<void> {
  await say(page, 'A customer writes, a bot answers.')
  await write(page, 'Where is my order?')
  await answer(page, 'Where is my order?').waitFor()
  await sleep(2_000)
  const dispatcher = await portOwner(Number(ports['DISPATCHER_PORT']))
  if (dispatcher === undefined) throw new Error('the dispatcher does not listen')
  await say(page, 'kill -9 the dispatcher', true)
  process.kill(dispatcher, 'SIGKILL')
  await sleep(700)
  await write(page, 'Can I still change the address?')
  await sleep(1_500)
  await say(page, 'The answer waits in Kafka…', true)
  await answer(page, 'Can I still change the address?').waitFor({ timeout: 60_000 })
  await say(page, 'It is back: answered once, in order.')
  await sleep(3_500)
}

/** In the conversation: the list beside it, which a narrow window hides, has it too. */
function answer(page: Page, question: string): Locator {
  return page.locator('.bubble', { hasText: `You said: ${question}` })
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).pressSequentially(text, { delay: 40 })
  await page.keyboard.press('Enter')
}

/** A line above the phone, of the picture and not of the page. */
async function say(page: Page, text: string, isBad = false): Promise<void> {
  const style = `position:fixed;inset:0 0 auto 0;z-index:9;padding:.7em 1em;font:600 17px system-ui;text-align:center;color:#fff;background:${isBad ? '#b3261e' : '#0b6e4f'}`
  await page.evaluate(
    `(() => { const line = document.querySelector('#caption') ?? document.body.appendChild(Object.assign(document.createElement('div'), { id: 'caption' })); line.style = ${JSON.stringify(style)}; line.textContent = ${JSON.stringify(text)} })()`,
  )
}

/** A picture at each beat, until the play is over. */
async function film(page: Page, run: () => Promise<void>): Promise<Buffer[]> {
  const frames: Buffer[] = []
  const over = new AbortController()
  const playing = run().finally(() => over.abort())
  // Told below; it may fail while a picture is taken.
  playing.catch(() => undefined)
  for (let next = performance.now(); !over.signal.aborted; next += FRAME_MS) {
    frames.push(await page.screenshot())
    await sleep(Math.max(0, next + FRAME_MS - performance.now()))
  }
  await playing
  return frames
}
