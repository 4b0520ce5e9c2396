// What one message costs one instance of each part, as JSON for table.ts. See README.md.
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { messageIdOf } from '@imchannel/events'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { RunningContender } from '../src/contenders/contender.ts'
import { imchannel } from '../src/contenders/imchannel.ts'
import { senders } from '../src/conversations.ts'
import { drive, warmUp } from '../src/drive.ts'
import { describeMachine } from '../src/machine.ts'
import { startStage } from '../src/stage.ts'
import type { Stage } from '../src/stage.ts'
import { openTopics } from '../src/topics.ts'
import { webhookBodies } from '../src/webhook-bodies.ts'
import type { WebhookBodies } from '../src/webhook-bodies.ts'
import { startProvider } from '../tenants/provider.ts'
import type { Cost, Inputs } from './model.ts'
import { openRedisFigures } from './redis-figures.ts'
import type { RedisFigures } from './redis-figures.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    commands: { type: 'string', default: '20000' },
    out: { type: 'string', default: '' },
  },
})

const WARM_COMMANDS = 3_000
/** Like Infobip's answers, of the order of tens of milliseconds. */
const ANSWER_MS = 20

/** Bytes of all record logs: what a replica keeps. */
function logBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log') && !name.includes('__'))
    .reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Runs `work`, which says how many items it was, and divides what everybody spent meanwhile by them. */
async function costOf(
  stage: Stage,
  redis: RedisFigures,
  { service, work }: { service: RunningContender; work: () => Promise<number> },
): Promise<Cost> {
  const look = async () => {
    const beside = stage.cpuMicros()
    return {
      service: service.cpuMicros(),
      redisCpu: beside.redis,
      kafkaCpu: beside.kafka,
      kafkaBytes: logBytes(join(stage.folder, 'kafka', 'data')),
      ...(await redis.look()),
    }
  }
  const before = await look()
  const count = await work()
  const after = await look()
  const each = (name: keyof typeof before): number => (after[name] - before[name]) / count
  return {
    count,
    serviceMicros: each('service'),
    redisMicros: each('redisCpu'),
    redisCommands: each('commands'),
    redisNetBytes: each('netBytes'),
    redisMemoryBytes: each('memory'),
    kafkaMicros: each('kafkaCpu'),
    kafkaLogBytes: each('kafkaBytes'),
    residentMb: service.memoryMb(),
  }
}

/** Delivery reports, each on another send. */
function reportBodies(messageIds: readonly string[]): WebhookBodies {
  let next = 0
  const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET', description: 'Delivered' }
  return {
    results: 1,
    next: () => {
      const round = Math.floor(next / messageIds.length)
      const messageId = messageIds[next++ % messageIds.length]
      // A second report on the same message is another one.
      const doneAt = new Date(Date.UTC(2026, 0, 1, 12, 0, round)).toISOString().replace('Z', '+0000')
      const result = { messageId, to: '351920000000', sentAt: doneAt, doneAt, status, channel: 'WHATSAPP' }
      return Buffer.from(JSON.stringify({ results: [result], messageCount: 1, pendingMessageCount: 0 }))
    },
  }
}

function commandsOf(ids: readonly string[]): { key: string; value: string }[] {
  return ids.map((id, index) => {
    const from = senders[index % senders.length]
    const to = String(351_920_000_000 + (index % 5_000))
    const content = { type: 'text', text: `Your order is on its way, and comes on Tuesday. ${id}` }
    return { key: `acme:${from}:${to}`, value: JSON.stringify({ id, tenant: 'acme', from, to, content }) }
  })
}

async function measure(): Promise<Inputs> {
  await using stage = await startStage()
  await using topics = await openTopics(stage.brokers)
  await using redis = openRedisFigures(stage.redisUrl)
  let taken = 0
  await using provider = await startProvider({ onText: () => taken++, delayMs: ANSWER_MS })
  const prefix = uniqueName('bench')
  await topics.create(prefix)
  const ours = imchannel()
  if (ours.startIngress === undefined || ours.startDispatcher === undefined) throw new Error('IMChannel has both')
  await using ingress = await ours.startIngress(stage, prefix)
  const seconds = Number(values.seconds)
  const post = (bodies: WebhookBodies, connections: number) => async (): Promise<number> =>
    (await drive({ urls: ingress.urls, bodies, seconds, connections })).answered * bodies.results

  const single = webhookBodies(1, `${prefix}-1`)
  await warmUp({ urls: ingress.urls, bodies: single, seconds: 3, connections: 64 })
  const message = await costOf(stage, redis, { service: ingress, work: post(single, 64) })
  const message20 = await costOf(stage, redis, { service: ingress, work: post(webhookBodies(20, `${prefix}-20`), 16) })

  const ids = Array.from({ length: Number(values.commands) }, (_, index) => `${prefix}-order-${index}`)
  await using dispatcher = await ours.startDispatcher(stage, prefix, provider.url)
  const send = async (those: readonly string[]): Promise<number> => {
    const goal = taken + those.length
    await topics.produce(`${prefix}.outbound`, commandsOf(those))
    await waitUntil(() => taken >= goal, { timeoutMs: 240_000, what: `${those.length} requests` })
    return those.length
  }
  await send(Array.from({ length: WARM_COMMANDS }, (_, index) => `${prefix}-warm-${index}`))
  const command = await costOf(stage, redis, { service: dispatcher, work: () => send(ids) })
  const reports = reportBodies(ids.map((id) => messageIdOf('acme', id)))
  const report = await costOf(stage, redis, { service: ingress, work: post(reports, 64) })
  return { machine: describeMachine(), at: new Date().toISOString().slice(0, 10), message, message20, report, command }
}

const text = `${JSON.stringify(await measure(), null, 2)}\n`
if (values.out === '') process.stdout.write(text)
else writeFileSync(values.out, text)
