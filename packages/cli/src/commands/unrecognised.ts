import type { Command } from 'commander'
import type { RunCommand } from '../run-command.ts'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { createPace } from '../session/pace.ts'
import { collect, count, readMoment, readPositive, readWhole, timeText } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import { postWebhook } from '../unrecognised/post-webhook.ts'
import { readUnrecognisedTopic, type UnrecognisedFilter } from '../unrecognised/read-unrecognised.ts'
import { kindsOf, type UnrecognisedWebhook } from '../unrecognised/unrecognised-webhook.ts'

interface ReplayOptions extends UnrecognisedFilter {
  ingress?: string
  perSecond: number
  yes?: boolean
}

/** Webhooks that ingress did not understand: look at them, and give them to it again after an upgrade. */
export function addUnrecognised(program: Command, run: RunCommand): void {
  const unrecognised = program
    .command('unrecognised')
    .alias('unrecognized')
    .summary('webhooks that were not understood: list, show, replay')
    .description('Looks at webhooks that were not understood and gives them to ingress again.')

  filtered(unrecognised.command('list').description('Lists them, oldest first in each partition.'))
    .option('--limit <count>', 'stop after so many', readWhole)
    .action(run((session, options: UnrecognisedFilter & { limit?: number }) => list(session, options)))

  unrecognised
    .command('show')
    .description('Shows one whole, as Infobip sent it.')
    .argument('<place>', 'where it is, as "list" tells it: 3:17')
    .action(run((session, _options: object, place: string) => show(session, place)))

  filtered(
    unrecognised
      .command('replay')
      .description(
        'Gives what this version understands to ingress again, as Infobip would: by its webhook, with the tenant’s configured ' +
          'credentials, so that look-ups, dedupe and publishing are ingress’s own. It counts first and asks; what is still not ' +
          'understood is left.',
      ),
  )
    .option('--ingress <url>', 'where ingress is (default: http://127.0.0.1:3001, or INGRESS_PORT)')
    .option('--per-second <rate>', 'webhooks a second', readPositive, 50)
    .option('-y, --yes', 'do it without asking')
    .action(run((session, options: ReplayOptions) => replay(session, options)))
}

function filtered(command: Command): Command {
  return command
    .option('--tenant <name>', 'of this tenant')
    .option('--code <code>', 'with this reason’s code; may be given several times', collect)
    .option('--since <time>', 'received at or after: 2h (ago), 2025-02-28, 2025-02-28T10:00:00Z', readMoment)
    .option('--until <time>', 'received before', readMoment)
}

async function list(session: Session, options: UnrecognisedFilter & { limit?: number }): Promise<ExitCode> {
  let seen = 0
  for await (const webhook of readUnrecognisedTopic(session, options)) {
    const { text, timestamp: _timestamp, ...rest } = webhook
    session.out.item({ ...rest, bytes: Buffer.byteLength(text) }, () => toLine(session, webhook))
    if (++seen === options.limit) break
  }
  if (session.out.forPeople) session.out.note(count(seen, 'webhook'))
  return 0
}

async function show(session: Session, place: string): Promise<ExitCode> {
  if (!/^\d+:\d+$/.test(place)) throw usage(`"${place}" is no place: it is a partition and an offset, as in 3:17`)
  for await (const webhook of readUnrecognisedTopic(session)) {
    if (webhook.place !== place) continue
    const { timestamp: _timestamp, ...rest } = webhook
    session.out.item({ ...rest, understoodAs: kindsOf(webhook.text) }, () =>
      [
        toLine(session, webhook),
        `  reason      ${oneLine(webhook.reason, 1_024)}`,
        `  understood  ${kindsOf(webhook.text).join(', ') || 'not by this version either'}`,
        webhook.text,
      ].join('\n'),
    )
    return 0
  }
  session.out.note(`There is no unrecognised webhook at ${place}.`)
  return 1
}

/** What ingress would set aside again for its size, whatever the parser says. */
const TOO_LARGE = 'too_large'

async function replay(session: Session, options: ReplayOptions): Promise<ExitCode> {
  const { out, io } = session
  const config = session.config()
  const left = { stillNotUnderstood: 0, tooLarge: 0, unknownTenant: 0, repeated: 0 }
  // A webhook that came again is there again, under the same id: once is enough.
  const wanted = new Set<string>()
  const kinds = new Map<string, number>()
  const judge = (webhook: UnrecognisedWebhook): keyof typeof left | undefined => {
    if (config.tenants[webhook.tenant] === undefined) return 'unknownTenant'
    if (webhook.code === TOO_LARGE && !options.code?.includes(TOO_LARGE)) return 'tooLarge'
    if (kindsOf(webhook.text).length === 0) return 'stillNotUnderstood'
    return wanted.has(webhook.id) ? 'repeated' : undefined
  }
  const until = options.until ?? Date.now()
  for await (const webhook of readUnrecognisedTopic(session, { ...options, until })) {
    const reason = judge(webhook)
    if (reason !== undefined) left[reason]++
    else {
      wanted.add(webhook.id)
      for (const kind of kindsOf(webhook.text)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
  }
  const leftText = describeLeft(left)
  const kindText = [...kinds].map(([kind, number]) => `${number} ${kind}`).join(', ')
  out.note(`${count(wanted.size, 'webhook')} understood now${kindText === '' ? '' : ` (${kindText})`}${leftText}`)
  const isGo =
    wanted.size > 0 && (await confirm(session, `Give ${count(wanted.size, 'webhook')} to ingress?`, options.yes))
  const summary = { understood: wanted.size, left, kinds: Object.fromEntries(kinds) }
  if (!isGo) {
    out.result({ ...summary, replayed: 0 }, `${count(wanted.size, 'webhook')} would be given to ingress; none was`)
    return 0
  }
  const ingress = (options.ingress ?? `http://127.0.0.1:${session.env['INGRESS_PORT'] || 3001}`).replace(/\/+$/, '')
  const pace = createPace(options.perSecond, io.signal)
  let done = 0
  for await (const webhook of readUnrecognisedTopic(session, { ...options, until })) {
    const tenant = config.tenants[webhook.tenant]
    if (tenant === undefined || !wanted.delete(webhook.id)) continue
    await pace(1)
    const posted = await postWebhook(ingress, tenant, { body: webhook.text, signal: io.signal })
    if (!posted.ok) {
      // The next one would fare no better, and the same command goes on where this one ended.
      out.result({ ...summary, replayed: done, problem: posted.problem }, `${count(done, 'webhook')} given to ingress`)
      out.note(`Stopped at ${webhook.place} of ${webhook.tenant}: ${posted.problem}`)
      return 1
    }
    done++
    out.progress(`given ${count(done, 'webhook')} to ingress`)
  }
  out.result({ ...summary, replayed: done }, `${count(done, 'webhook')} given to ingress${leftText}`)
  return 0
}

function describeLeft(
  left: Readonly<Record<'stillNotUnderstood' | 'tooLarge' | 'unknownTenant' | 'repeated', number>>,
): string {
  const texts = {
    stillNotUnderstood: 'not understood by this version either',
    tooLarge: 'too large for a record (raise max.message.bytes of the topic, then name them by --code too_large)',
    unknownTenant: 'of tenants that are not configured',
    repeated: 'there twice',
  }
  const parts = Object.entries(left).filter(([, number]) => number > 0)
  if (parts.length === 0) return ''
  // `as`: the entries are of the record above.
  return `; left: ${parts.map(([reason, number]) => `${number} ${texts[reason as keyof typeof texts]}`).join(', ')}`
}

function toLine({ out }: Session, { place, timestamp, tenant, code, reason }: UnrecognisedWebhook): string {
  return [
    pad(place, 8),
    timeText(timestamp),
    pad(tenant, 12),
    out.style('yellow', pad(code, 20)),
    oneLine(reason, 80),
  ].join('  ')
}
