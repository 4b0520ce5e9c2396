import type { LetterFilter } from '@imchannel/dead-letters'
import { z } from 'zod'
import { confirm } from '../session/confirm.ts'
import { type ExitCode, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { count, timeText } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import type { ConsoleClient } from './console-client.ts'

const letter = z.looseObject({
  at: z.string(),
  tenant: z.string(),
  code: z.string(),
  gate: z.string().optional(),
  reason: z.string(),
  commandId: z.string().optional(),
  replay: z.looseObject({ state: z.string() }).optional(),
})
const page = z.object({ letters: z.array(letter), before: z.string().optional() })
const replayed = z.object({
  count: z.int(),
  written: z.boolean(),
  left: z.array(z.object({ reason: z.string(), count: z.int() })),
})

/** Lists what the console has, the latest first. */
export async function listFromConsole(
  session: Session,
  client: ConsoleClient,
  options: LetterFilter & { limit?: number },
): Promise<ExitCode> {
  const { out } = session
  const { tenant, gate, since, until, limit } = options
  const code = onlyCode(options)
  if (options.id !== undefined) throw usage('--id is for Kafka alone: find it by "imchannel conversation <id>"')
  let seen = 0
  let before: string | undefined
  do {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries({ tenant, code, before }))
      if (value !== undefined) query.set(name, value)
    const one = await client.get(`/v1/deadletters?${query.toString()}`, page)
    for (const entry of one.letters) {
      const at = Date.parse(entry.at)
      if (gate !== undefined && !gate.includes(entry.gate ?? '')) continue
      if ((since !== undefined && at < since) || (until !== undefined && at >= until)) continue
      out.item(entry, () => toLine(session, entry))
      if (++seen === limit) return 0
    }
    before = one.before
  } while (before !== undefined)
  if (out.forPeople) out.note(count(seen, 'dead letter'))
  return 0
}

/** Counts, asks and replays by the console, which writes it to the audit. */
export async function replayFromConsole(
  session: Session,
  client: ConsoleClient,
  options: LetterFilter & { yes?: boolean; forgotten?: boolean },
): Promise<ExitCode> {
  const { out } = session
  const { tenant, since, until } = options
  if (options.id !== undefined || options.gate !== undefined || options.forgotten === true)
    throw usage(
      '--id, --gate and --forgotten are for Kafka alone; the console takes --tenant, --code, --since, --until',
    )
  const filter = Object.fromEntries(
    Object.entries({ tenant, code: onlyCode(options), since: instant(since), until: instant(until) }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  const planned = await client.post('/v1/replays', filter, replayed)
  out.note(`${count(planned.count, 'dead letter')} to replay${leftText(planned.left)}`)
  const isGo =
    planned.count > 0 && (await confirm(session, `Replay ${count(planned.count, 'dead letter')}?`, options.yes))
  if (!isGo) {
    out.result({ ...planned, replayed: 0 }, `${count(planned.count, 'dead letter')} would be replayed; none was`)
    return 0
  }
  const done = await client.post('/v1/replays', { ...filter, confirm: planned.count }, replayed)
  out.result({ ...done, replayed: done.count }, `${count(done.count, 'dead letter')} replayed${leftText(done.left)}`)
  return done.count === planned.count ? 0 : 1
}

function onlyCode({ code }: LetterFilter): string | undefined {
  if (code !== undefined && code.length > 1) throw usage('the console takes one --code at a time')
  return code?.[0]
}

function instant(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString()
}

function leftText(left: z.infer<typeof replayed>['left']): string {
  return left.length === 0 ? '' : `; left: ${left.map(({ reason, count: some }) => `${some} ${reason}`).join(', ')}`
}

function toLine(
  { out }: Session,
  { at, tenant, code, gate, reason, commandId, replay }: z.infer<typeof letter>,
): string {
  return [
    timeText(Date.parse(at)),
    pad(tenant, 12),
    out.style('yellow', pad(gate === undefined ? code : `${code} (${gate})`, 20)),
    oneLine(commandId ?? '-', 40),
    ...(replay === undefined ? [] : [replay.state]),
    oneLine(reason, 80),
  ].join('  ')
}
