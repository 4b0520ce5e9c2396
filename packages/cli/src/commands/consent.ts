import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import {
  type ConsentCorrection,
  consentCorrectionEvent,
  conversationIdOf,
  conversationKey,
  encodeEvent,
  isBsuid,
  normaliseNumber,
  type ConsentRecorded,
} from '@imchannel/events'
import { readConsentTopic } from '../consent/read-consent.ts'
import { readCsv, type ReadCsv } from '../consent/read-csv.ts'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, Failure, messageOf, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { requireTopic } from '../session/read-topic.ts'
import { count, readPositive } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { writeAudit } from '../session/write-audit.ts'
import { writeRecords } from '../session/write-records.ts'

interface SetOptions {
  tenant?: string
  from?: string
  scope: ConsentCorrection['scope']
  template?: string
  source: ConsentCorrection['source']
  reason: string
}

interface ImportOptions {
  tenant?: string
  from?: string
  scope: 'marketing' | 'all'
  source: ConsentCorrection['source']
  reason?: string
  perSecond: number
  dryRun?: boolean
  yes?: boolean
}

const TENANT = ['--tenant <name>', 'the tenant (default: the only one)'] as const
const FROM = ['--from <number>', 'the business number (default: all of the tenant’s)'] as const

function sourceOption(): Option {
  return new Option('--source <source>', 'for whom it speaks')
    .choices(['command', 'whatsapp', 'blocklist', 'keyword'])
    .default('command')
}

/** Who may be written to, and who may not. */
export function addConsent(program: Command, run: RunCommand): void {
  const consent = program
    .command('consent')
    .summary('who opted out: set, export, import')
    .description(
      'Says who may not be written to, lists it with its evidence, and takes over what another system knew. Each source (WhatsApp’s ' +
        'own switch, Infobip’s blocklist, key words, commands) has a record of its own: what one lifts, the others still say.',
    )
  consent
    .command('set')
    .description(
      'Opts one customer out or in. By default it speaks as a command would; --source corrects what another source says, should ' +
        'that be wrong: WhatsApp and Infobip refuse all the same.',
    )
    .argument('<customer>', 'phone number or BSUID')
    .argument('<state>', 'optedOut or optedIn')
    .option(...TENANT)
    .option(...FROM)
    .addOption(new Option('--scope <scope>', 'what it covers').choices(['marketing', 'template', 'all']).default('all'))
    .option('--template <name>', 'the template, where the scope is template')
    .addOption(sourceOption())
    .requiredOption('--reason <text>', 'kept as evidence')
    .action(
      run((session, options: SetOptions, customer: string, state: string) =>
        set(session, options, { customer, state }),
      ),
    )
  consent
    .command('export')
    .description('Lists what every source says now, with its evidence: a table, or a line of JSON each in a pipe.')
    .option(...TENANT)
    .option('--customer <number>', 'of this customer alone: phone number or BSUID')
    .action(run((session, options: { tenant?: string; customer?: string }) => exportAll(session, options)))
  consent
    .command('import')
    .description(
      'Takes over opt-outs from a CSV file with or without a header: customer, state, scope, since, from, reason; commas, semicolons ' +
        'or tabs. What a line leaves out is as the options say, and its state opted out. It counts first and asks. Lines that cannot ' +
        'be read are named and cost no other. The same file twice, with times in it, changes nothing.',
    )
    .argument('<csv>', 'the file')
    .option(...TENANT)
    .option(...FROM)
    .addOption(new Option('--scope <scope>', 'what they cover').choices(['marketing', 'all']).default('marketing'))
    .addOption(sourceOption())
    .option('--reason <text>', 'kept as evidence (default: the file’s name)')
    .option('--per-second <rate>', 'written a second', readPositive, 500)
    .option('--dry-run', 'count and name lines alone')
    .option('-y, --yes', 'do it without asking')
    .action(run((session, options: ImportOptions, file: string) => importAll(session, options, file)))
}

async function set(
  session: Session,
  options: SetOptions,
  given: { customer: string; state: string },
): Promise<ExitCode> {
  const { scope, template, source, reason } = options
  const { state } = given
  if (state !== 'optedOut' && state !== 'optedIn') throw usage('the state is optedOut or optedIn')
  if ((scope === 'template') !== (template !== undefined)) throw usage('--template goes with --scope template')
  const correction: ConsentCorrection = {
    tenant: session.tenant(options.tenant).id,
    from: businessOf(options.from),
    customer: customerOf(given.customer),
    state,
    scope,
    template,
    source,
    since: new Date().toISOString(),
    reason,
    by: 'imchannel consent set',
  }
  const { failed } = await write(session, [correction], { perSecond: 1, detail: `${state}, ${scope}, by ${source}` })
  const said = `${correction.customer}: ${state}, ${scope}, for ${correction.from ?? 'all numbers'}, by ${source}`
  if (failed.size > 0) throw new Failure(`it was not written: ${[...failed.keys()].join(', ')}`)
  session.out.result(correction, said)
  return 0
}

async function exportAll(session: Session, options: { tenant?: string; customer?: string }): Promise<ExitCode> {
  const { out } = session
  const customer = options.customer === undefined ? undefined : customerOf(options.customer)
  const all = await readConsentTopic(session, { tenant: session.tenant(options.tenant).id, customer })
  for (const one of all) out.item(one, () => toLine(session, one))
  const opted = all.filter(({ state }) => state === 'optedOut').length
  if (out.forPeople) out.note(`${count(all.length, 'record')}, ${count(opted, 'opt-out')}`)
  return 0
}

async function importAll(session: Session, options: ImportOptions, file: string): Promise<ExitCode> {
  const { out } = session
  const { corrections, bad } = await readFileOf(session, options, file)
  for (const { line, problem } of bad) out.note(`line ${line}: ${problem}`)
  const stops = corrections.filter(({ state }) => state === 'optedOut').length
  const text = `${count(stops, 'opt-out')} and ${count(corrections.length - stops, 'opt-in')}`
  const left = bad.length === 0 ? '' : `; ${count(bad.length, 'line')} cannot be read`
  out.note(`${text} to be written${left}`)
  const isGo =
    options.dryRun !== true && corrections.length > 0 && (await confirm(session, `Write ${text}?`, options.yes))
  const { stored, failed } = isGo
    ? await write(session, corrections, {
        perSecond: options.perSecond,
        detail: `import of ${text}, by ${options.source}`,
      })
    : { stored: 0, failed: new Map<string, number>() }
  for (const [detail, number] of failed) out.note(`${count(number, 'record')} not written: ${detail}`)
  out.result(
    { read: corrections.length, optOuts: stops, written: stored, bad },
    isGo ? `${count(stored, 'record')} written${left}` : `none was written${left}`,
  )
  return bad.length > 0 || failed.size > 0 ? 1 : 0
}

async function readFileOf(session: Session, options: ImportOptions, file: string): Promise<ReadCsv> {
  const defaults = {
    tenant: session.tenant(options.tenant).id,
    from: businessOf(options.from),
    scope: options.scope,
    source: options.source,
    since: new Date().toISOString(),
    reason: options.reason ?? `imported from ${basename(file)}`,
    by: 'imchannel consent import',
  }
  try {
    return readCsv(await readFile(file, 'utf8'), defaults)
  } catch (error) {
    throw usage(`${file}: ${messageOf(error)}`)
  }
}

/** Written down before it is done; the one writer of the customer's partition takes it up. */
async function write(
  session: Session,
  corrections: readonly ConsentCorrection[],
  { perSecond, detail }: { perSecond: number; detail: string },
) {
  const topics = session.topics()
  await requireTopic(session, topics.account)
  await requireTopic(session, topics.consent)
  await auditCorrections(session, corrections, detail)
  return writeRecords(session, items(corrections), {
    perSecond,
    total: corrections.length,
    span: 'imchannel consent',
    prepare: async (chunk) => chunk.map((one) => encodeEvent(consentCorrectionEvent(one), topics)),
  })
}

/** One customer by an HMAC, where the tenant has a secret for it; many by their number. */
async function auditCorrections(
  session: Session,
  corrections: readonly ConsentCorrection[],
  detail: string,
): Promise<void> {
  const [first, ...others] = corrections
  if (first === undefined) return
  const { tenant, from, customer } = first
  const secret = session.tenant(tenant).forgetSecret[0]?.reveal()
  const conversation =
    secret === undefined || others.length > 0
      ? undefined
      : conversationIdOf(secret, conversationKey({ tenant, business: from, customer }))
  await writeAudit(session, { tenant, action: 'consent', outcome: 'requested', detail, conversation })
}

async function* items<T>(all: readonly T[]): AsyncGenerator<T, void, void> {
  yield* all
}

function customerOf(given: string): string {
  const customer = normaliseNumber(given)
  if (!isBsuid(customer) && !/^\d{3,}$/.test(customer)) throw usage('the customer is a phone number or a BSUID')
  return customer
}

function businessOf(given: string | undefined): string | undefined {
  const number = given === undefined ? undefined : normaliseNumber(given)
  if (number !== undefined && !/^\d{3,}$/.test(number)) throw usage('--from is a business number, in digits')
  return number
}

function toLine({ out }: Session, one: ConsentRecorded): string {
  const { from, sender, source, state, scope, template, since, description, evidence } = one
  const shown = description ?? evidence?.by ?? evidence?.messageId ?? ''
  return [
    since,
    pad(from, 16),
    pad(sender ?? 'all', 16),
    out.style(state === 'optedOut' ? 'red' : 'green', pad(state, 8)),
    pad(template ?? scope, 10),
    pad(source, 10),
    oneLine(shown, 60),
  ].join('  ')
}
