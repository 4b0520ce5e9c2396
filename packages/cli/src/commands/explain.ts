import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { conversationKey, decodeEvent, isOutcome, parseCommand, type MessageOutcome } from '@imchannel/events'
import { readRange } from '@imchannel/kafka'
import { decisionText } from '../explain/decision-text.ts'
import type { RunCommand } from '../run-command.ts'
import { type ExitCode, Failure, messageOf, usage } from '../session/failure.ts'
import { extentOf } from '../session/read-topic.ts'
import { readDuration } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { topicFor } from '../session/topic-for.ts'

interface Options {
  topic?: string
  timeout: number
}

/** What would be done with a command now, and why: a dispatcher says it, nothing is sent. */
export function addExplain(program: Command, run: RunCommand): void {
  program
    .command('explain')
    .summary('say what would be done with a command, and why')
    .description(
      'Has a dispatcher judge the command in a file as it would before sending it, and prints the decision: which form would go, what ' +
        'speaks against it, each fact with its age. Nothing is sent: a copy with validateOnly and an id of its own is written to the ' +
        'command topic. Ends with 1 where it would not be sent.',
    )
    .argument('<file>', 'the command as JSON, as a bot writes it; - reads it from the standard input')
    .option('--topic <name>', 'the command topic (default: the tenant’s, else the first of topics.outbound)')
    .option('--timeout <duration>', 'how long to wait for the decision', readDuration, 60_000)
    .action(run((session, options: Options, file: string) => explain(session, options, file)))
}

async function explain(session: Session, { topic: named, timeout }: Options, file: string): Promise<ExitCode> {
  const { out } = session
  const command = await readCommand(session, file)
  const topic = named ?? topicFor(session, session.tenant(command.tenant))
  await extentOf(session, topic)
  // Before the command is there: its outcome comes later than this.
  const status = await extentOf(session, session.topics().status)
  const producer = await session.producer()
  const [result] = await producer.publish([
    {
      topic,
      key: conversationKey({ tenant: command.tenant, business: command.from, customer: command.to }),
      value: JSON.stringify(command),
      headers: { ce_type: 'imchannel.message.send.v1' },
    },
  ])
  if (result?.kind !== 'stored') throw new Failure(`the command was not written: ${result?.detail}`)
  const outcome = await outcomeOf(session, command, { from: status.high, timeoutMs: timeout })
  out.result({ decision: outcome.decision, error: outcome.error }, decisionText(outcome))
  return outcome.error === undefined ? 0 : 1
}

/** Under an id of its own: what was checked once is a repeat the second time. */
async function readCommand({ io }: Session, file: string) {
  const written = await (file === '-' ? text(io.stdin) : readFile(file, 'utf8')).catch((error: unknown) => {
    throw usage(`${file} cannot be read: ${messageOf(error)}`)
  })
  const record = { topic: file, partition: 0, offset: '0', key: null, value: Buffer.from(written), headers: {} }
  const reading = parseCommand(record)
  if (reading.outcome === 'unreadable') throw usage(`${file} is no command: ${reading.reason}`)
  if (reading.outcome === 'rejected') throw usage(`${file}: ${reading.error.code}: ${reading.error.reason}`)
  const { command } = reading
  if (command.type !== 'imchannel.message.send.v1') throw usage(`${file} is ${command.type}: only sends are judged`)
  return { ...command, id: `explain-${randomUUID()}`, validateOnly: true }
}

async function outcomeOf(
  session: Session,
  { id, tenant }: { id: string; tenant: string },
  { from, timeoutMs }: { from: ReadonlyMap<number, bigint>; timeoutMs: number },
): Promise<MessageOutcome> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const records = readRange(session.kafka(), {
    topic: session.topics().status,
    from: { offsets: from },
    to: 'open',
    signal: AbortSignal.any([session.io.signal, timeout]),
  })
  try {
    for await (const record of records) {
      const decoded = decodeEvent(record)
      if (decoded.outcome !== 'event' || decoded.event.tenant !== tenant || decoded.event.subject !== id) continue
      // `as`: the event of a command's id is how it ended.
      if (isOutcome(decoded.event)) return decoded.event.data as MessageOutcome
    }
  } catch (error) {
    if (!timeout.aborted || session.io.signal.aborted) throw error
  }
  throw new Failure(`no decision within ${timeoutMs / 1_000} s: is a dispatcher running?`)
}
