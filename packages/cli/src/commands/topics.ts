import type { Command } from 'commander'
import { ensureTopics } from '@imchannel/kafka'
import { checkKafka } from '../doctor/check-kafka.ts'
import type { RunCommand } from '../run-command.ts'
import { requireKafka } from '../session/read-topic.ts'
import type { ExitCode } from '../session/failure.ts'
import type { Session } from '../session/session.ts'
import { plannedTopics } from '../topic-plan.ts'

/** Makes the topics, or says what is wrong with them. */
export function addTopics(program: Command, run: RunCommand): void {
  const topics = program
    .command('topics')
    .summary('create topics, or check those that are there')
    .description('Creates the topics that the services need, or checks those that are there.')
  topics
    .command('create')
    .description('Creates the topics of the configuration that are missing. Existing ones are never changed.')
    .option('--replication <count>', 'replicas of each, at most one a broker', Number, 3)
    .action(run((session, options: { replication: number }) => create(session, options)))
  topics
    .command('check')
    .description('Checks the topics: there, partitions, replicas, retention against the ledger’s memory, record size.')
    .action(run((session) => check(session)))
}

async function create(session: Session, { replication }: { replication: number }): Promise<ExitCode> {
  await requireKafka(session)
  const specs = plannedTopics(session.config()).map((spec) => ({ ...spec, replication }))
  const { created, existing, missing } = await ensureTopics(session.kafka(), specs)
  session.out.result(
    { created, existing, missing },
    [
      ...created.map((name) => `created ${name}`),
      ...existing.map((name) => `was there ${name}`),
      ...missing.map(({ name, problem }) => `could not create ${name}: ${problem}`),
    ].join('\n'),
  )
  if (missing.length > 0) session.out.note('Create these by hand, or allow this user to CREATE on the cluster.')
  return missing.length > 0 ? 1 : 0
}

async function check(session: Session): Promise<ExitCode> {
  await requireKafka(session)
  const findings = await checkKafka(session)
  const problems = findings.filter(({ level }) => level === 'problem').length
  session.out.result(
    { ok: problems === 0, findings },
    findings
      .map(({ level, text, remedy }) => `${level}: ${text}${remedy === undefined ? '' : ` ${remedy}`}`)
      .join('\n'),
  )
  return problems > 0 ? 1 : 0
}
