// One tenant's webhooks at 50 a second, alone and beside another one's that are broken. See README.md.
import { spawn } from 'node:child_process'
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
import { startStage } from '../src/stage.ts'
import type { Stage } from '../src/stage.ts'
import { openTopics } from '../src/topics.ts'
import { webhookBodies } from '../src/webhook-bodies.ts'
import type { Phase } from './report.ts'
import { report } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '15' } },
})

const RATE = 50
const FLOOD_RATE = 1_000
const WARM_UP_S = 3
const LEAD_MS = 3_000

/** What the other tenant's webhooks are. */
const floods: Readonly<Record<string, { about: string; authorization: string; body: string }>> = {
  refused: { about: 'webhooks with a wrong password', authorization: 'Basic eDp5', body: '{"results":[]}' },
  unreadable: { about: 'webhooks that are not JSON', authorization, body: '{"results":[' },
  unknown: { about: 'results of a kind that nobody knows', authorization, body: '{"results":[{"nobody":"knows"}]}' },
}

async function measureRound(stage: Stage, flood: (typeof floods)[string]): Promise<{ alone: Phase; beside: Phase }> {
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
  const quietUrl = ingress.url.replace('/acme/', '/quiet/')
  const loudUrl = ingress.url.replace('/acme/', '/loud/')

  await phase(WARM_UP_S)
  const alone = await phase(Number(values.seconds))
  const seconds = Number(values.seconds) + LEAD_MS / 1_000
  const args = { url: loudUrl, authorization: flood.authorization, body: flood.body, rate: FLOOD_RATE, seconds }
  const list = Object.entries(args).map(([name, value]) => `--${name}=${value}`)
  const program = fileURLToPath(new URL('webhook-flood.ts', import.meta.url))
  const child = spawn(process.execPath, [program, ...list], { stdio: ['ignore', 'inherit', 'inherit'] })
  await sleep(LEAD_MS)
  const beside = await phase(Number(values.seconds))
  if (child.exitCode === null) await once(child, 'exit')
  agent.destroy()
  return { alone, beside }

  async function phase(length: number): Promise<Phase> {
    const watch = createStopwatch()
    const count = await openLoop({ rate: RATE, seconds: length }, (index, dueAt) => {
      const name = String(index)
      watch.due(name, dueAt)
      const headers = { 'content-type': 'application/json', authorization }
      const sent = request(quietUrl, { method: 'POST', agent, headers }, (answer) => {
        if (answer.statusCode === 200) watch.seen(name)
        answer.resume()
      })
      sent.on('error', () => undefined)
      sent.end(bodies.next())
    })
    await waitUntil(() => watch.count() === count, { timeoutMs: 30_000, what: `${count} webhooks are answered 200` })
    return { p50: watch.quantile(0.5), p99: watch.quantile(0.99) }
  }
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
for (const name of positionals.length > 0 ? positionals : Object.keys(floods)) {
  const flood = floods[name]
  if (flood === undefined) throw new Error(`no such flood: ${name}`)
  const kept = await report(`${name}: ${flood.about}, ${FLOOD_RATE} a second`, Number(values.rounds), () =>
    measureRound(stage, flood),
  )
  if (!kept) process.exitCode = 1
}
