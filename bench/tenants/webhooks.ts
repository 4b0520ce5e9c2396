// One tenant's webhooks at 50 a second, alone and beside another one's that are broken. See README.md.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PROGRAMS } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { runProcess } from '../src/contenders/run-process.ts'
import { authorization } from '../src/drive.ts'
import { describeMachine } from '../src/machine.ts'
import { createStopwatch, openLoop } from '../src/open-loop.ts'
import type { Stopwatch } from '../src/open-loop.ts'
import { startStage } from '../src/stage.ts'
import type { Stage } from '../src/stage.ts'
import { openTopics } from '../src/topics.ts'
import { webhookBodies } from '../src/webhook-bodies.ts'
import type { Phase } from './report.ts'
import { report } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    turns: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '10' },
  },
})

const RATE = 50
const FLOOD_RATE = 1_000
const WARM_UP_S = 3
const LEAD_MS = 3_000
const seconds = Number(values.seconds)
const turns = Number(values.turns)
const FLOOD_S = seconds + LEAD_MS / 1_000

interface Flood {
  readonly about: string
  readonly authorization: string
  /** `#` is another number in each, `RUN` another name in each round: the same bytes again are known, and not written again. */
  readonly body: string
  /** Whether each is a record. */
  readonly isStored?: boolean
}

/** What the other tenant's webhooks are. */
const floods: Readonly<Record<string, Flood>> = {
  refused: { about: 'webhooks with a wrong password', authorization: 'Basic eDp5', body: '{"results":[]}' },
  unreadable: { about: 'webhooks that are not JSON', authorization, body: '{"results":[' },
  unknown: {
    about: 'results of a kind that nobody knows',
    authorization,
    body: '{"results":[{"nobody":"knows","run":"RUN","number":#}]}',
    isStored: true,
  },
}

/** In place of a flood: what the same measurement makes of nothing. */
const NOBODY = 'nobody'

/** Alone and beside in turns, in one process: what warms up, or comes over the machine for some seconds, is in both. */
async function measureRound(stage: Stage, flood: Flood | undefined): Promise<{ alone: Phase; beside: Phase }> {
  const prefix = uniqueName('bench')
  await using topics = await openTopics(stage.brokers)
  await topics.create(prefix)
  const config = await writeConfig(stage, prefix)
  await using ingress = await runProcess(stage, 'ingress', {
    command: process.execPath,
    args: () => [PROGRAMS.ingress],
    env: (port) => ({ IMCHANNEL_CONFIG: config, PORT: String(port) }),
    readyPath: '/readyz',
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const bodies = webhookBodies(1, prefix)
  const [alone, beside] = [createStopwatch(), createStopwatch()]
  let sent = 0
  let cpu = 0

  await phase(createStopwatch(), WARM_UP_S)
  for (let turn = 0; turn < turns; turn++) {
    await phase(alone, seconds)
    const child = flood && startFlood(flood, { url: urlOf('loud'), run: prefix, turn })
    await sleep(LEAD_MS)
    const before = ingress.cpuMicros()
    await phase(beside, seconds)
    cpu += ingress.cpuMicros() - before
    if (child?.exitCode === null) await once(child, 'exit')
    if (child !== undefined && child.exitCode !== 0)
      throw new Error('not every webhook of the other tenant was answered')
  }
  agent.destroy()
  await expectCount('inbound', sent)
  await expectCount('unrecognised', flood?.isStored ? turns * FLOOD_S * FLOOD_RATE : 0)
  print(`  ingress: ${(cpu / 1e6 / seconds / turns).toFixed(2)} cores beside it`)
  return { alone: phaseOf(alone), beside: phaseOf(beside) }

  function urlOf(tenant: string): string {
    return ingress.url.replace('/acme/', `/${tenant}/`)
  }

  async function expectCount(topic: string, count: number): Promise<void> {
    const found = await topics.count(`${prefix}.${topic}`)
    if (found !== count) throw new Error(`${found} records in ${topic}, and not ${count}`)
  }

  async function phase(watch: Stopwatch, length: number): Promise<void> {
    const [seen, first] = [watch.count(), sent]
    const count = await openLoop({ rate: RATE, seconds: length }, (index, dueAt) => {
      const name = String(first + index)
      watch.due(name, dueAt)
      const headers = { 'content-type': 'application/json', authorization }
      const webhook = request(urlOf('quiet'), { method: 'POST', agent, headers }, (answer) => {
        if (answer.statusCode === 200) watch.seen(name)
        answer.resume()
      })
      webhook.on('error', () => undefined)
      webhook.end(bodies.next())
    })
    sent += count
    const isAnswered = (): boolean => watch.count() === seen + count
    await waitUntil(isAnswered, { timeoutMs: 30_000, what: `${count} webhooks are answered 200` })
  }
}

function phaseOf(watch: Stopwatch): Phase {
  return { p50: watch.quantile(0.5), p99: watch.quantile(0.99) }
}

function startFlood(
  { authorization, body }: Flood,
  { url, run, turn }: { url: string; run: string; turn: number },
): ChildProcess {
  const first = turn * FLOOD_S * FLOOD_RATE
  const args = { url, authorization, body: body.replace('RUN', run), first, rate: FLOOD_RATE, seconds: FLOOD_S }
  const list = Object.entries(args).map(([name, value]) => `--${name}=${value}`)
  const program = fileURLToPath(new URL('webhook-flood.ts', import.meta.url))
  return spawn(process.execPath, [program, ...list], { stdio: ['ignore', 'inherit', 'inherit'] })
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function writeConfig(stage: Stage, prefix: string): Promise<string> {
  const file = join(stage.folder, `${prefix}.yaml`)
  const tenant = {
    webhookAuth: { type: 'basic', username: 'infobip', password: 'demo-webhook-password' },
    accounts: [],
  }
  const config = {
    kafka: { brokers: stage.brokers },
    redis: { url: stage.redisUrl },
    publicUrl: 'http://127.0.0.1:9',
    topics: { prefix },
    tenants: { quiet: tenant, loud: tenant },
  }
  await writeFile(file, JSON.stringify(config))
  return file
}

process.stdout.write(`${describeMachine()}\n`)
await using stage = await startStage()
process.exitCode = 0
for (const name of positionals.length > 0 ? positionals : [...Object.keys(floods), NOBODY]) {
  const flood = floods[name]
  if (flood === undefined && name !== NOBODY) throw new Error(`no such flood: ${name}`)
  const title = flood === undefined ? 'nothing, alone against alone' : `${flood.about}, ${FLOOD_RATE} a second`
  const isKept = await report(`${name}: ${title}`, Number(values.rounds), () => measureRound(stage, flood))
  if (!isKept) process.exitCode = 1
}
