import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  type CollectedRecord,
  collectRecords,
  type OtlpReceiver,
  type RecordCollector,
  type RecordedSpan,
  type SpanStore,
  startJaeger,
  startOtlpReceiver,
  startTestSystem,
  type TestSystem,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { drawTrace } from './draw-trace.ts'

export const parts = ['ingress', 'dispatcher', 'media-server', 'emulator', 'echo-bot'] as const
const cli = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

/** The system with a bot, all of whose spans come to this process, and go on to a Jaeger where there is one. */
export interface TraceStage extends AsyncDisposable {
  readonly system: TestSystem
  readonly receiver: OtlpReceiver
  /** What people would ask: Jaeger, or the receiver in its stead. */
  readonly store: SpanStore
  readonly records: readonly CollectedRecord[]
  readonly commandLines: readonly string[]
  /** Parents that the tests themselves made up. */
  readonly foreignParents: ReadonlySet<string>
  /** Numbers that nothing of may be in a span. */
  readonly personal: readonly string[]
  topic(name: string): string
  customer(): string
  /** What a customer's phone got, once so many of it are seen. */
  seen(number: string, count?: number): Promise<PhoneMessage[]>
  /** A command as a bot with a trace of its own writes it. */
  command(to: string, content: object): TracedCommand
  eventsOf(type: string, about: string): CollectedRecord[]
  /** Spans of a trace once the facts are in it. */
  traceWith(traceId: string, facts: (spans: RecordedSpan[]) => boolean, store?: SpanStore): Promise<RecordedSpan[]>
  /** The command line, as a process of its own whose spans are sent as well. */
  imchannel(...args: string[]): Promise<void>
}

export interface PhoneMessage {
  readonly messageId: string
  readonly state: string
}

export interface TracedCommand {
  readonly id: string
  readonly traceId: string
  /** Of the bot's span. */
  readonly spanId: string
  readonly value: object
  readonly headers: Readonly<Record<string, string>>
}

/** A diagnosis, a cost and a customer's names are written beside what happens to a message. */
function isBeside({ name }: RecordedSpan): boolean {
  return /^send \S+\.(attempts|cost|contacts)$/.test(name)
}

export async function startTraceStage(): Promise<TraceStage> {
  const jaeger = await startJaeger()
  const receiver = await startOtlpReceiver(jaeger?.endpoint)
  const system = await startTestSystem({
    parts,
    messagesPerSecond: 2_000,
    env: {
      LOG_FORMAT: 'json',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      // A thousand conversations at once are more spans than the default keeps.
      OTEL_BSP_MAX_QUEUE_SIZE: '50000',
    },
    emulator: { behaviour: { deliverAfterMs: 10, seenAfterMs: 10, logsLagMs: 100, sessionWindow: 'off' } },
  })
  await system.process('echo-bot').line(/answering/)
  const topic = (name: string): string => `${system.topicPrefix}.${name}`
  const collector: RecordCollector = await collectRecords(
    system.brokers,
    ['inbound', 'status', 'outbound', 'outbound.deadletter'].map(topic),
  )
  const foreignParents = new Set<string>()
  const personal: string[] = []

  return {
    system,
    receiver,
    store: jaeger ?? receiver,
    records: collector.records,
    foreignParents,
    personal,
    topic,
    commandLines: parts.map((part) =>
      execFileSync('ps', ['-o', 'args=', '-p', String(system.process(part).pid)], { encoding: 'utf8' }).trim(),
    ),
    customer: () => {
      const number = uniqueNumber()
      personal.push(number)
      return number
    },
    seen: (number, count = 1) =>
      waitUntil(
        async () => {
          const path = `messages?customer=${number}&direction=to-customer`
          const { messages } = await system.ask<{ messages: PhoneMessage[] }>(path)
          return messages.filter(({ state }) => state === 'seen').length === count && messages
        },
        { what: `${count} seen by ${number}` },
      ),
    command: (to, content) => {
      const id = uniqueName('command')
      const traceId = randomBytes(16).toString('hex')
      const spanId = randomBytes(8).toString('hex')
      foreignParents.add(spanId)
      const { tenant, number: from } = system
      const headers = { traceparent: `00-${traceId}-${spanId}-01` }
      return { id, traceId, spanId, value: { id, tenant, from, to, content }, headers }
    },
    eventsOf: (type, about) =>
      collector.records.filter(
        ({ headers, value }) => headers['ce_type'] === type && value?.toString().includes(about) === true,
      ),
    traceWith: async (traceId, facts, store = receiver) => {
      let last: RecordedSpan[] = []
      return waitUntil(
        async () => {
          last = (await store.spans()).filter((span) => span.traceId === traceId && !isBeside(span))
          return facts(last) && last
        },
        { what: 'the trace' },
      ).catch((error: unknown) => {
        throw new Error(`the trace is only:\n${drawTrace(last).join('\n')}`, { cause: error })
      })
    },
    imchannel: async (...args) => {
      const env = {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      }
      await promisify(execFile)(process.execPath, [cli, '--config', system.configFile, ...args], { env })
    },
    async [Symbol.asyncDispose]() {
      await collector[Symbol.asyncDispose]()
      await system[Symbol.asyncDispose]()
      await receiver[Symbol.asyncDispose]()
      await jaeger?.[Symbol.asyncDispose]()
    },
  }
}

export function named(spans: readonly RecordedSpan[], name: string): RecordedSpan[] {
  return spans.filter((span) => span.name === name)
}

export function fetchesOf(spans: readonly RecordedSpan[]): RecordedSpan[] {
  return spans.filter(({ service }) => service === 'imchannel-media-server')
}
