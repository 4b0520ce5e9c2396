import type { Command } from 'commander'
import {
  type DeadLetter,
  fitsLetter,
  LEFT_TEXT,
  type LeftReason,
  type LetterFilter,
  planReplay,
} from '@imchannel/dead-letters'
import { deleteRecords } from '@imchannel/kafka'
import { consoleOf } from '../console/console-client.ts'
import { listFromConsole, replayFromConsole } from '../console/dead-letters.ts'
import { readLetters } from '../deadletter/read-letters.ts'
import { replayLetters } from '../deadletter/replay-letters.ts'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { extentOf, topicNames } from '../session/read-topic.ts'
import { collect, count, readMoment, readPositive, readWhole, timeText } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'

interface ReplayOptions extends LetterFilter {
  perSecond: number
  yes?: boolean
  forgotten?: boolean
}

/** Commands that were refused: look at them, send them again, remove them. */
export function addDeadletter(program: Command, run: RunCommand): void {
  const deadletter = program
    .command('deadletter')
    .alias('dlq')
    .summary('commands that were rejected: list, show, replay, purge')
    .description('Looks at rejected commands, sends them again and removes them.')

  filtered(deadletter.command('list').description('Lists dead letters, oldest first in each partition.'))
    .option('--limit <count>', 'stop after so many', readWhole)
    .action(run((session, options: LetterFilter & { limit?: number }) => list(session, options)))

  deadletter
    .command('show')
    .description('Shows one dead letter whole: headers, reason and the command as it was written.')
    .argument('<place>', 'where it is, as "list" tells it: 3:17')
    .action(run((session, _options: object, place: string) => show(session, place)))

  filtered(
    deadletter
      .command('replay')
      .description(
        'Sends rejected commands again. It counts first and asks. Key, bytes, headers and ids stay; the rejected state of exactly ' +
          'those ids is cleared in the ledger. What was accepted, or may have been sent, is left, and it says how many and why; ' +
          'what was given up as outcome_unknown is sent again where --code or --id names it, and what a gate refused where --gate, --code or --id does: it is judged anew.',
      ),
  )
    .option('--per-second <rate>', 'commands written a second', readPositive, 50)
    .option('--forgotten', 'also those that are older than the ledger’s memory (commandMemory)')
    .option('-y, --yes', 'do it without asking')
    .action(run((session, options: ReplayOptions) => replay(session, options)))

  filtered(
    deadletter
      .command('purge')
      .description(
        'Removes dead letters for good. Kafka removes from the front alone: what does not match keeps what is behind it in its ' +
          'partition, and it says how many those are.',
      ),
  )
    .option('-y, --yes', 'do it without asking')
    .action(run((session, options: LetterFilter & { yes?: boolean }) => purge(session, options)))
}

function filtered(command: Command): Command {
  return command
    .option('--tenant <name>', 'of this tenant')
    .option('--code <code>', 'with this error code; may be given several times', collect)
    .option('--gate <gate>', 'refused by this gate; may be given several times', collect)
    .option('--id <commandId>', 'of this command; may be given several times', collect)
    .option('--since <time>', 'set aside at or after: 2h (ago), 2025-02-28, 2025-02-28T10:00:00Z', readMoment)
    .option('--until <time>', 'set aside before', readMoment)
}

async function list(session: Session, options: LetterFilter & { limit?: number }): Promise<ExitCode> {
  const { out } = session
  const client = consoleOf(session)
  if (client !== undefined) return listFromConsole(session, client, options)
  const extent = await extentOf(session, session.topics().deadletter)
  let seen = 0
  for await (const { letter } of readLetters(session, extent, { filter: options })) {
    out.item(toJson(letter), () => toLine(session, letter))
    if (++seen === options.limit) break
  }
  if (out.forPeople) out.note(count(seen, 'dead letter'))
  return 0
}

async function show(session: Session, place: string): Promise<ExitCode> {
  if (!/^\d+:\d+$/.test(place)) throw usage(`"${place}" is no place: it is a partition and an offset, as in 3:17`)
  const extent = await extentOf(session, session.topics().deadletter)
  for await (const { letter, command } of readLetters(session, extent, { places: new Set([place]) })) {
    const headers = Object.fromEntries(
      Object.entries(command?.headers ?? {}).map(([name, value]) => [name, value?.toString() ?? '']),
    )
    const value = command?.value?.toString() ?? null
    session.out.item({ ...toJson(letter), headers, value }, () =>
      [
        toLine(session, letter),
        `  reason   ${oneLine(letter.reason, 1_024)}`,
        `  source   ${letter.source === undefined ? '-' : `${letter.source.topic} ${letter.source.partition}:${letter.source.offset}`}`,
        `  key      ${letter.key ?? '-'}`,
        ...Object.entries(headers).map(([name, text]) => `  header   ${name}: ${oneLine(text, 500)}`),
        letter.gone ? '  value    gone: it did not fit in and is no longer in the source topic' : (value ?? 'no value'),
      ].join('\n'),
    )
    return 0
  }
  session.out.note(`There is no dead letter at ${place}.`)
  return 1
}

async function replay(session: Session, options: ReplayOptions): Promise<ExitCode> {
  const { out } = session
  const client = consoleOf(session)
  if (client !== undefined) return replayFromConsole(session, client, options)
  const extent = await extentOf(session, session.topics().deadletter)
  const letters: DeadLetter[] = []
  for await (const { letter } of readLetters(session, extent, { filter: options })) letters.push(letter)
  const plan = await planReplay(letters, {
    ledger: session.ledger(),
    memoryMs: session.config().commandMemoryMs,
    nowMs: Date.now(),
    topics: new Set(await topicNames(session)),
    forgotten: options.forgotten === true,
    gated: options.gate !== undefined || options.code !== undefined || options.id !== undefined,
    outcomeUnknown: options.id !== undefined || options.code?.includes('outcome_unknown') === true,
  })
  out.note(
    `${count(plan.send.size, 'dead letter')} of ${letters.length.toLocaleString('en')} to be sent again${leftText(plan.left)}`,
  )
  const isGo =
    plan.send.size > 0 && (await confirm(session, `Send ${count(plan.send.size, 'command')} again?`, options.yes))
  if (!isGo) {
    const dry = { matched: letters.length, toSend: plan.send.size, replayed: 0, left: Object.fromEntries(plan.left) }
    out.result(dry, `${count(plan.send.size, 'command')} would be sent again; none was`)
    return 0
  }
  const done = await replayLetters(session, extent, {
    places: new Set(plan.send.keys()),
    perSecond: options.perSecond,
  })
  const left = new Map(plan.left)
  for (const [reason, more] of done.left) left.set(reason, (left.get(reason) ?? 0) + more)
  const failed = [...done.failed.values()].reduce((sum, one) => sum + one, 0)
  out.result(
    {
      matched: letters.length,
      toSend: plan.send.size,
      replayed: done.stored,
      left: Object.fromEntries(left),
      failed: Object.fromEntries(done.failed),
    },
    `${count(done.stored, 'command')} sent again${leftText(left)}`,
  )
  for (const [detail, number] of done.failed) out.note(`${count(number, 'command')} not written: ${detail}`)
  if (failed > 0) out.note('Run the same again: what is written already is left.')
  return failed > 0 ? 1 : 0
}

async function purge(session: Session, options: LetterFilter & { yes?: boolean }): Promise<ExitCode> {
  const { out } = session
  const topic = session.topics().deadletter
  const extent = await extentOf(session, topic)
  const before = new Map<number, bigint>()
  const blocked = new Set<number>()
  let removed = 0
  let behind = 0
  for await (const { letter } of readLetters(session, extent)) {
    const fits = fitsLetter(letter, options)
    if (!fits) blocked.add(letter.partition)
    else if (blocked.has(letter.partition)) behind++
    else {
      removed++
      before.set(letter.partition, BigInt(letter.offset) + 1n)
    }
  }
  const stay =
    behind === 0 ? '' : `; ${count(behind, 'more matches', 'more match')}, behind letters that do not, and stay`
  out.note(`${count(removed, 'dead letter')} to be removed for good${stay}`)
  const isGo = removed > 0 && (await confirm(session, `Remove ${count(removed, 'dead letter')}?`, options.yes))
  if (isGo) await deleteRecords(session.kafka(), topic, before)
  const did = isGo ? removed : 0
  out.result({ toRemove: removed, removed: did, behind }, `${count(did, 'dead letter')} removed${stay}`)
  return 0
}

function toJson({ send, omitted: _omitted, timestamp, ...letter }: DeadLetter): object {
  return { ...letter, at: new Date(timestamp).toISOString(), messageId: send?.messageId }
}

function toLine({ out }: Session, letter: DeadLetter): string {
  return [
    pad(letter.place, 8),
    timeText(letter.timestamp),
    pad(letter.tenant ?? '-', 12),
    out.style('red', pad(letter.code, 20)),
    pad(`${letter.from ?? '-'} → ${letter.to ?? '-'}`, 28),
    oneLine(letter.commandId ?? '-', 60),
  ].join('  ')
}

function leftText(left: ReadonlyMap<LeftReason, number>): string {
  if (left.size === 0) return ''
  const all = [...left.values()].reduce((sum, one) => sum + one, 0)
  return `; ${all.toLocaleString('en')} left: ${[...left].map(([reason, number]) => `${number} ${LEFT_TEXT[reason]}`).join(', ')}`
}
