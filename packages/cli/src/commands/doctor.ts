import type { Command } from 'commander'
import { normaliseNumber } from '@imchannel/events'
import { checkInfobip } from '../doctor/check-infobip.ts'
import { certifyKafka } from '../doctor/kafka/certify-kafka.ts'
import { checkKafka } from '../doctor/check-kafka.ts'
import { checkPublicUrl } from '../doctor/check-public-url.ts'
import { checkRedis } from '../doctor/check-redis.ts'
import { type Finding, findingsOf } from '../doctor/finding.ts'
import { chooseSender, tryDuplicate } from '../doctor/try-duplicate.ts'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, Failure, messageOf, usage } from '../session/failure.ts'
import { count, durationText, readDuration } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'

interface Options {
  kafka?: boolean
  topic?: string
  tryDuplicate?: string
  tenant?: string
  from?: string
  gap: number
  yes?: boolean
}

/** Looks at everything that the system stands on, and says what is wrong and what to do. */
export function addDoctor(program: Command, run: RunCommand): void {
  program
    .command('doctor')
    .summary('check configuration, Kafka, Redis, Infobip and the public URL')
    .description(
      'Checks the configuration, Kafka (reachable, topics, partitions, retention against the ledger’s memory, record size), Redis ' +
        '(reachable, noeviction, append-only file, memory), every Infobip account (key and scenarios, by reads that send nothing) ' +
        'and the public URL (a probe media item, asked for as Infobip would). Says what is wrong and what to do; exit code 1 if ' +
        'anything is.',
    )
    .option(
      '--kafka',
      'certify the Kafka cluster in a minute, by doing: headers, idempotent writes, record size, compaction, a rebalance of two ' +
        'members, permissions; in topics and groups of its own, which it removes',
    )
    .option('--topic <name>', 'with --kafka: an existing topic that nobody reads, for a user who may not create one')
    .option(
      '--try-duplicate <number>',
      'send one message twice under one id to this number and tell whether Infobip refuses it',
    )
    .option('--tenant <name>', 'with --try-duplicate: from this tenant')
    .option('--from <number>', 'with --try-duplicate: from this business number')
    .option('--gap <duration>', 'with --try-duplicate: between the two', readDuration, 1_000)
    .option('-y, --yes', 'with --try-duplicate: do not ask')
    .action(
      run((session, options: Options) => {
        if (options.topic !== undefined && options.kafka !== true) throw usage('--topic goes with --kafka')
        if (options.kafka === true) return certify(session, options)
        return options.tryDuplicate === undefined ? examine(session) : tryOut(session, options)
      }),
    )
}

async function certify(session: Session, { topic }: Options): Promise<ExitCode> {
  return report(session, await certifyKafka(session, topic))
}

const CHECKS = { kafka: checkKafka, redis: checkRedis, infobip: checkInfobip, publicUrl: checkPublicUrl } as const

async function examine(session: Session): Promise<ExitCode> {
  const configuration = findingsOf('configuration')
  try {
    const { tenants } = session.config()
    const findings = [configuration.ok(`The configuration is fine: ${count(Object.keys(tenants).length, 'tenant')}.`)]
    const parts = await Promise.all(
      Object.entries(CHECKS).map(async ([area, check]) => {
        try {
          return await check(session)
        } catch (error) {
          session.io.signal.throwIfAborted()
          return [findingsOf(area).problem(`The check failed: ${messageOf(error)}.`, 'Run it again with --verbose.')]
        }
      }),
    )
    return report(session, [...findings, ...parts.flat()])
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return report(session, [
      configuration.problem(error.message, 'Correct it; docs/configuration.md has every setting.'),
    ])
  }
}

async function tryOut(
  session: Session,
  { tryDuplicate: number = '', tenant: name, from, gap, yes }: Options,
): Promise<ExitCode> {
  const to = normaliseNumber(number)
  if (!/^\d{5,15}$/.test(to)) throw usage(`"${number}" is no phone number with its country code`)
  const tenant = session.tenant(name)
  const chosen = chooseSender(tenant, from === undefined ? undefined : normaliseNumber(from))
  session.out.note(
    `This sends a real message, twice, from ${chosen.sender.number} to ${to}, ${durationText(gap)} apart. If Infobip does not refuse the second, the phone gets two.`,
  )
  if (!(await confirm(session, `Send them?`, yes))) return 0
  return report(session, await tryDuplicate(session, { tenant, ...chosen, to, gapMs: gap }))
}

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], problem: ['red', '✗'], untried: ['cyan', '?'] } as const

function report({ out }: Session, findings: readonly Finding[]): ExitCode {
  const countOf = (wanted: Finding['level']): number => findings.filter(({ level }) => level === wanted).length
  const [problems, warnings, untried] = [countOf('problem'), countOf('warning'), countOf('untried')]
  const lines = findings.map(({ level, text, remedy }) => {
    const [colour, mark] = MARKS[level]
    return `${out.style(colour, mark)} ${text}${remedy === undefined ? '' : `\n    ${remedy}`}`
  })
  const sum = `${count(problems, 'problem')}, ${count(warnings, 'warning')}${untried === 0 ? '' : `, ${untried} not tried`}`
  out.result({ ok: problems === 0, problems, warnings, untried, findings }, [...lines, sum].join('\n'))
  return problems > 0 ? 1 : 0
}
