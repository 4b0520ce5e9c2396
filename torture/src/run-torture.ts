import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { factOfExchange, factsOfWebhook, openBook } from './book.ts'
import { check, isClean } from './check.ts'
import type { Verdict } from './check.ts'
import { isOutcome } from './facts.ts'
import { connectInfobip } from './emulator.ts'
import type { Step } from './havoc.ts'
import { startLoad } from './load.ts'
import { performHavoc } from './perform-havoc.ts'
import { readDeadLetters, readEvents } from './remains.ts'
import { PREFIX, startSystem } from './system.ts'
import type { RedisKind, System } from './system.ts'
import { BUDGET, SECRETS, TENANTS } from './tenants.ts'

export interface TortureOptions {
  seed: number
  lengthMs: number
  rate: number
  duplicateCheck: boolean
  redis: RedisKind
  steps: readonly Step[]
  /** What makes another build of ingress and dispatcher; nothing for the real one. */
  buildEnv?: Readonly<Record<string, string>>
  /** How long nothing may come out of the drain before it is given up. */
  drainMs: number
  say: (line: string) => void
}

const PROGRESS_MS = 10_000
/** A picture of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** One run from an empty Kafka to the verdict. What it wrote stays where something was found. */
export async function runTorture(options: TortureOptions): Promise<Verdict> {
  const { seed, lengthMs, rate, say } = options
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-torture-'))
  const book = openBook(join(folder, 'facts.jsonl'))
  const startedAt = Date.now()
  const tell = (line: string): void =>
    say(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(4)} s  ${line}`)
  const system = await startSystem({
    folder,
    seed,
    duplicateCheck: options.duplicateCheck,
    redis: options.redis,
    buildEnv: options.buildEnv ?? {},
    onSend: (exchange) => {
      // Neither kills nor delays could be judged without it.
      if (exchange.process === undefined) throw new Error(`nobody is named in a request to ${exchange.url.pathname}`)
      const fact = factOfExchange(exchange)
      if (fact !== undefined) book.note(fact)
    },
    onExit: (victim, code) => {
      book.note({ kind: 'exit', at: Date.now(), victim, isTold: false, code })
      tell(`${victim} ended by itself (${code})`)
    },
    onWebhook: (exchange) => factsOfWebhook(exchange).forEach((fact) => book.note(fact)),
  })
  let clean = false
  try {
    tell(`everything runs, in ${folder}`)
    book.note({ kind: 'budget', at: Date.now(), ...BUDGET })
    const infobip = connectInfobip(system.emulatorUrl)
    const load = await startLoad({
      seed,
      rate,
      client: system.client,
      ingressUrl: system.doors.ingress.url,
      book,
      infobip,
      media: await uploadPictures(system),
    })
    const progress = setInterval(() => tell(`${load.commands} commands, ${load.messages} messages`), PROGRESS_MS)
    await performHavoc({ steps: options.steps, lengthMs }, { system, infobip, book, say: tell })
    await infobip.setWeather([])
    await load.stop()
    clearInterval(progress)
    tell(`the sun shines: ${book.commands} commands and ${load.messages} messages are to be accounted for`)

    const status = readEvents(system.client, `${PREFIX}.status`)
    await drain(async () => {
      await status.readMore()
      const told = new Set(status.events.flatMap(({ type, commandId }) => (isOutcome(type) ? (commandId ?? []) : [])))
      tell(`${told.size} of ${book.commands} commands have an outcome`)
      return book.commands - told.size
    }, options.drainMs)
    await drain(() => infobip.hurryWebhooks(), options.drainMs)
    await drain(async () => system.doors.infobip.open().length + system.doors.ingress.open().length, options.drainMs)
    const late = system.doors.infobip.late()
    if (late > 0) tell(`${late} requests were lost on their way to Infobip: this machine had held them up for too long`)
    await status.readMore()
    const inbound = readEvents(system.client, `${PREFIX}.inbound`)
    await inbound.readMore()
    const verdict = check(await book.read(), {
      events: [...status.events, ...inbound.events],
      deadLetters: await readDeadLetters(system.client),
      taken: await infobip.taken(),
    })
    clean = isClean(verdict)
    return verdict
  } finally {
    if (!clean) await writeFile(join(folder, 'output.log'), system.outputs())
    await system[Symbol.asyncDispose]()
    if (clean) await rm(folder, { recursive: true, force: true })
    else say(`what was written is in ${folder}`)
  }
}

/** Looks until nothing is left, or nothing has changed for too long. */
async function drain(left: () => Promise<number>, patienceMs: number): Promise<void> {
  let least = Infinity
  let changedAt = Date.now()
  for (;;) {
    const now = await left()
    if (now <= 0) return
    if (now < least) {
      least = now
      changedAt = Date.now()
    }
    if (Date.now() - changedAt > patienceMs) return
    await sleep(2_000)
  }
}

async function uploadPictures({ doors }: System): Promise<Map<(typeof TENANTS)[number], string>> {
  const uploads = TENANTS.map(async (tenant) => {
    const answer = await fetch(`${doors.media.url}/${tenant}/imchannel/media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRETS.mediaToken}`, 'content-type': 'image/png' },
      body: Buffer.from(PIXEL, 'base64'),
    })
    if (answer.status !== 201) throw new Error(`the picture was not taken: ${answer.status} ${await answer.text()}`)
    // `as`: the media-server's own answer.
    return [tenant, ((await answer.json()) as { id: string }).id] as const
  })
  return new Map(await Promise.all(uploads))
}
