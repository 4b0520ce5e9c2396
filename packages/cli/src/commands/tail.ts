import { type Command, Argument } from 'commander'
import { decodeEvent, type ImEvent, normaliseNumber } from '@imchannel/events'
import { type IncomingRecord, readRange, type RangeEdge } from '@imchannel/kafka'
import { createAsLines } from '../conversation/event-text.ts'
import type { RunCommand } from '../run-command.ts'
import type { ExitCode } from '../session/failure.ts'
import { requireTopic } from '../session/read-topic.ts'
import { readMoment } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'

type Which = 'inbound' | 'status' | 'account' | 'cost' | 'unrecognised' | 'attempts' | 'all'

interface Options {
  tenant?: string
  conversation?: string
  since?: number
  follow: boolean
  type?: string
}

/** Shows events as they come. */
export function addTail(program: Command, run: RunCommand): void {
  program
    .command('tail')
    .summary('show events as they come')
    .description('Shows events as they come, until Ctrl-C: lines on a terminal, one line of JSON each in a pipe.')
    .addArgument(
      new Argument('<what>', 'which topic').choices([
        'inbound',
        'status',
        'account',
        'cost',
        'unrecognised',
        'attempts',
        'all',
      ]),
    )
    .option('--tenant <name>', 'of this tenant')
    .option('--conversation <number>', 'with this customer, or of this business number')
    .option('--type <part>', 'whose type contains this: delivery')
    .option('--since <time>', 'begin there: 10m (ago), 2025-02-28T10:00:00Z; default now', readMoment)
    .option('--no-follow', 'end where the topic ends now')
    .action(run((session, options: Options, what: Which) => tail(session, options, what)))
}

async function tail(session: Session, options: Options, what: Which): Promise<ExitCode> {
  const { out, io } = session
  const topics = session.topics()
  const names = what === 'all' ? [topics.inbound, topics.status, topics.account] : [topics[what]]
  for (const name of names) await requireTopic(session, name)
  const { since, follow } = options
  const from: RangeEdge = since === undefined ? (follow ? 'latest' : 'earliest') : { timestamp: since }
  const isMeant = filterOf(options)
  const asLines = createAsLines(out)
  try {
    await Promise.all(
      names.map(async (topic) => {
        const records = readRange(session.kafka(), { topic, from, to: follow ? 'open' : 'latest', signal: io.signal })
        for await (const record of records) {
          const event = eventOf(record)
          if (event !== undefined && isMeant(event)) out.item(toJson(record, event), () => asLines(event))
        }
      }),
    )
  } catch (error) {
    // Ctrl-C is how it ends.
    if (!io.signal.aborted) throw error
  }
  return 0
}

function eventOf(record: IncomingRecord): ImEvent | undefined {
  const decoded = decodeEvent(record)
  return decoded.outcome === 'event' ? decoded.event : undefined
}

function filterOf({ tenant, conversation, type }: Options): (event: ImEvent) => boolean {
  const number = conversation === undefined ? undefined : normaliseNumber(conversation)
  return (event) => {
    if (tenant !== undefined && event.tenant !== tenant) return false
    if (type !== undefined && !event.type.includes(type)) return false
    return number === undefined || event.key.split(':').slice(1).includes(number)
  }
}

function toJson({ topic, partition, offset }: IncomingRecord, { type, id, key, time, subject, data }: ImEvent): object {
  return { type, id, key, time, subject, topic, partition, offset, data }
}
