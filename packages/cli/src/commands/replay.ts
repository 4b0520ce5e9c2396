import type { Command } from 'commander'
import { copyHeaders, parseCommand } from '@imchannel/events'
import type { IncomingRecord, OutgoingRecord, RangeEdge } from '@imchannel/kafka'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, usage } from '../session/failure.ts'
import { extentOf, readExtent, requireTopic } from '../session/read-topic.ts'
import { count, readMoment, readPositive } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { writeRecords } from '../session/write-records.ts'

interface Options {
  topic: string
  into: string
  from?: number
  to?: number
  tenant?: string
  toCommands?: boolean
  perSecond: number
  yes?: boolean
}

/** Of what cannot be read, so many are told one by one. */
const MOST_PLACES = 10

/** Copies a stretch of a topic into another one. */
export function addReplay(program: Command, run: RunCommand): void {
  program
    .command('replay')
    .summary('copy a stretch of a topic into another one')
    .description(
      'Copies the records of a topic that were written between two times into another topic: key, bytes and headers as they ' +
        'are. It counts first and asks. A record that cannot be read (damaged, or more than 32 MiB without its compression) is ' +
        'left, and said.',
    )
    .requiredOption('--topic <name>', 'the topic to read')
    .requiredOption('--into <name>', 'the topic to write; it must be there')
    .option(
      '--from <time>',
      'from here on: 2h (ago), 2025-02-28, 2025-02-28T10:00:00Z; default the beginning',
      readMoment,
    )
    .option('--to <time>', 'up to here; default now', readMoment)
    .option('--tenant <name>', 'only records whose key is of this tenant')
    .option(
      '--to-commands',
      'allow a topic from which the dispatcher sends; commands without an id keep that of their place',
    )
    .option('--per-second <rate>', 'records a second', readPositive, 500)
    .option('-y, --yes', 'do it without asking')
    .action(run((session, options: Options) => replay(session, options)))
}

async function replay(session: Session, options: Options): Promise<ExitCode> {
  const { out } = session
  const { topic, into, from, to = Date.now(), tenant, toCommands, perSecond } = options
  if (topic === into) throw usage('--topic and --into are the same: the copy would be read again')
  const isCommands = isCommandTopic(session, into)
  if (isCommands && !toCommands) {
    throw usage(
      `the dispatcher sends what is in "${into}": commands that are older than its memory would be sent again; add --to-commands if that is meant`,
    )
  }
  await requireTopic(session, into)
  const extent = await extentOf(session, topic)
  // Nobody knows whose they are, and without their bytes they would be tombstones.
  const unreadable = new Map<string, string>()
  const isMeant = ({ timestamp, key, partition, offset, unreadable: why }: IncomingRecord): boolean => {
    if (timestamp >= to) return false
    if (why !== undefined) unreadable.set(`${partition}:${offset}`, why)
    return why === undefined && (tenant === undefined || key?.toString().startsWith(`${tenant}:`) === true)
  }
  const records = (what: string) => {
    const start: RangeEdge = from === undefined ? 'earliest' : { timestamp: from }
    return readExtent(session, extent, { from: start, filter: isMeant, what })
  }
  const total = await countOf(records(`counting ${topic}`))
  out.note(`${count(total, 'record')} of ${topic} to be copied into ${into}`)
  for (const [place, why] of [...unreadable].slice(0, MOST_PLACES)) out.note(`${place} cannot be read: ${why}`)
  const left = unreadable.size === 0 ? '' : `; ${count(unreadable.size, 'record')} that cannot be read left`
  const isGo = total > 0 && (await confirm(session, `Copy ${count(total, 'record')} into ${into}?`, options.yes))
  if (!isGo) {
    out.result(
      { matched: total, copied: 0, unreadable: unreadable.size },
      `${count(total, 'record')} would be copied; none was${left}`,
    )
    return 0
  }
  const written = await writeRecords(session, records(`copying ${topic}`), {
    perSecond,
    total,
    span: 'replay a topic',
    prepare: async (chunk) =>
      chunk.map((record): OutgoingRecord => {
        const reading = isCommands ? parseCommand(record) : undefined
        const isByPlace = reading?.outcome === 'command' && reading.idFrom === 'position'
        const headers = copyHeaders(record, isByPlace ? { ce_id: reading.command.id } : {})
        return { topic: into, key: record.key, value: record.value, headers }
      }),
  })
  out.result(
    {
      matched: total,
      copied: written.stored,
      unreadable: unreadable.size,
      failed: Object.fromEntries(written.failed),
    },
    `${count(written.stored, 'record')} copied into ${into}${left}`,
  )
  for (const [detail, number] of written.failed) out.note(`${count(number, 'record')} not written: ${detail}`)
  return written.failed.size > 0 || unreadable.size > 0 ? 1 : 0
}

function isCommandTopic(session: Session, name: string): boolean {
  if (name.endsWith('.deadletter') || /\.parked\./.test(name)) return /\.parked\./.test(name)
  const { outbound } = session.config().topics
  return outbound.some(({ topic }) => (typeof topic === 'string' ? topic === name : name.search(topic) >= 0))
}

async function countOf(records: AsyncIterable<unknown>): Promise<number> {
  const iterator = records[Symbol.asyncIterator]()
  let number = 0
  while (!(await iterator.next()).done) number++
  return number
}
