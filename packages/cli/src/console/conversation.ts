import { z } from 'zod'
import { type ExitCode, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { durationText, timeText } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'
import type { ConsoleClient } from './console-client.ts'

const searchResult = z.object({ conversations: z.array(z.looseObject({ id: z.string() })) })

const step = z.looseObject({
  kind: z.string(),
  title: z.string(),
  afterMs: z.number(),
  code: z.string().optional(),
  detail: z.string().optional(),
})
const message = z.looseObject({
  direction: z.enum(['in', 'out', 'note']),
  at: z.string(),
  type: z.string(),
  text: z.string().optional(),
  state: z.string(),
  messageId: z.string().optional(),
  commandId: z.string().optional(),
  steps: z.array(step),
})
const page = z.object({ messages: z.array(message), before: z.string().optional() })
const scenario = z.looseObject({ name: z.string() })
const revealed = z.object({ token: z.string() })

export interface ConsoleConversationOptions {
  readonly tenant?: string
  readonly from?: string
  readonly since?: number
  readonly asScenario?: boolean
  readonly reveal?: boolean
}

/** The history of the conversations that a number or an id is found in, as the console has it: masked unless they are revealed. */
export async function showFromConsole(
  session: Session,
  client: ConsoleClient,
  { query, options }: { query: string; options: ConsoleConversationOptions },
): Promise<ExitCode> {
  const { out } = session
  if (options.from !== undefined) throw usage('--from is for Kafka alone: numbers of the console are masked')
  const tenant = options.tenant === undefined ? {} : { tenant: options.tenant }
  const { conversations } = await client.post('/v1/search', { query, ...tenant }, searchResult)
  if (query.trim() === '' || conversations.length === 0) {
    out.note('The console knows nothing of that.')
    return 0
  }
  for (const id of new Set(conversations.map((one) => one.id))) {
    const path = `/v1/conversations/${encodeURIComponent(id)}`
    if (options.asScenario === true) {
      const play = await client.get(`${path}/scenario`, scenario)
      out.item(play, () => JSON.stringify(play, undefined, 2))
    } else await showOne(session, client, { path, options })
  }
  return 0
}

async function showOne(
  session: Session,
  client: ConsoleClient,
  { path, options }: { path: string; options: ConsoleConversationOptions },
): Promise<void> {
  const token = options.reveal === true ? (await client.post(`${path}/reveal`, {}, revealed)).token : undefined
  const headers: Record<string, string> = token === undefined ? {} : { 'x-reveal': token }
  const pages: z.infer<typeof message>[][] = []
  let before: string | undefined
  do {
    const query = before === undefined ? '' : `?before=${encodeURIComponent(before)}`
    const one = await client.get(`${path}${query}`, page, headers)
    pages.unshift(one.messages)
    before = one.before
    const oldest = Date.parse(one.messages[0]?.at ?? '')
    if (options.since !== undefined && oldest < options.since) break
  } while (before !== undefined)
  for (const entry of pages.flat())
    if (options.since === undefined || Date.parse(entry.at) >= options.since)
      session.out.item(entry, () => toText(session, entry))
}

const BAD = ['failed', 'rejected', 'expired']

function toText({ out }: Session, entry: z.infer<typeof message>): string {
  const { direction, at, type, text, state, steps, commandId, messageId } = entry
  const arrow = { in: out.style('cyan', '←'), out: '→', note: '·' }[direction]
  const said = text ?? `[${type}]`
  const first = `${timeText(Date.parse(at))}  ${arrow} ${oneLine(said, 500)}`
  if (direction !== 'out') return first
  return [
    first,
    `${pad('', 21)}  ${out.style(BAD.includes(state) ? 'red' : 'green', state)}  ${out.style('dim', oneLine(commandId ?? messageId ?? '', 80))}`,
    ...steps.map(({ kind, title, afterMs, code, detail }) => {
      const why = [code, detail].filter((part) => part !== undefined && part !== '').join(': ')
      const line = `${kind} +${durationText(afterMs)}: ${title}${why === '' ? '' : ` (${why})`}`
      return `${pad('', 21)}  ${out.style('dim', oneLine(line, 160))}`
    }),
  ].join('\n')
}
