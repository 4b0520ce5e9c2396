import type { Command } from 'commander'
import { normaliseNumber, scenarioOf } from '@imchannel/events'
import { consoleOf } from '../console/console-client.ts'
import { showFromConsole } from '../console/conversation.ts'
import { attemptText, contentText } from '../conversation/event-text.ts'
import { findNames } from '../forget/find-names.ts'
import { readConversation } from '../conversation/read-conversation.ts'
import { type Said, type Sent, timelineOf } from '../conversation/timeline.ts'
import type { RunCommand } from '../run-command.ts'
import { type ExitCode, usage } from '../session/failure.ts'
import { oneLine, pad } from '../session/output.ts'
import { durationText, readMoment, timeText } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'

interface Options {
  tenant?: string
  from?: string
  since?: number
  allPartitions?: boolean
  asScenario?: boolean
  reveal?: boolean
}

/** The history of a conversation. */
export function addConversation(program: Command, run: RunCommand): void {
  program
    .command('conversation')
    .summary('show the whole history with a customer')
    .description(
      'Shows everything that Kafka still has of a conversation as a timeline: what was said, what was sent, by which requests, what became of it, ' +
        'and how long each step took. Where IMCHANNEL_CONSOLE_URL names a console it is asked, masked, and no Kafka is needed.',
    )
    .argument(
      '<number>',
      'the customer’s phone number, or BSUID; what was said under their other names is shown, too; of the console also a message id or command id',
    )
    .option('--tenant <name>', 'the tenant (default: the only one)')
    .option('--from <number>', 'with this business number (default: all of the tenant’s)')
    .option('--since <time>', 'from here on: 2d (ago), 2025-02-28T10:00:00Z', readMoment)
    .option('--all-partitions', 'look also where the conversation lay before partitions were added')
    .option('--reveal', 'of the console: lift the masks, which its audit keeps')
    .option(
      '--as-scenario',
      'masked, as a scenario file that the emulator plays, with its timings and what its requests met: a bug report in one file',
    )
    .action(run((session, options: Options, number: string) => show(session, options, number)))
}

async function show(session: Session, options: Options, number: string): Promise<ExitCode> {
  const { out } = session
  const client = consoleOf(session)
  if (client !== undefined) return showFromConsole(session, client, { query: number, options })
  if (options.reveal === true) throw usage('--reveal is for a console (IMCHANNEL_CONSOLE_URL): Kafka has no masks')
  const tenant = session.tenant(options.tenant)
  const numbers = tenant.accounts.flatMap(({ senders }) => senders.map(({ number }) => number))
  const businesses = options.from === undefined ? numbers : [normaliseNumber(options.from)]
  if (businesses.length === 0) throw usage(`${tenant.id} has no number: say --from`)
  const customer = normaliseNumber(number)
  const customers = await findNames(session, tenant, { customer, businesses })
  const { events, commands } = await readConversation(session, {
    tenant: tenant.id,
    customers,
    businesses,
    since: options.since,
    allPartitions: options.allPartitions === true,
  })
  if (options.asScenario === true) {
    const scenario = scenarioOf(events, commands)
    if (scenario !== undefined) out.item(scenario, () => JSON.stringify(scenario, undefined, 2))
    else out.note(`Kafka has nothing of ${customer} with ${businesses.join(', ')} that could be played.`)
    return 0
  }
  const timeline = timelineOf(events, commands)
  for (const entry of timeline) out.item(entry, () => toText(session, entry))
  if (timeline.length === 0) out.note(`Kafka has nothing of ${customer} with ${businesses.join(', ')}.`)
  return 0
}

function toText(session: Session, entry: Said | Sent): string {
  const { out } = session
  const at = timeText(Date.parse(entry.at))
  switch (entry.direction) {
    case 'in': {
      const who = entry.name === undefined ? '' : `${oneLine(entry.name, 40)}: `
      return `${at}  ${out.style('cyan', '←')} ${who}${oneLine(contentText({ ...entry.content }), 500)}`
    }
    case 'out': {
      const said = entry.content === undefined ? '[no longer in Kafka]' : contentText({ ...entry.content })
      const steps = entry.steps.map(
        ({ state, afterMs, detail }) =>
          `${state} +${durationText(afterMs)}${detail === undefined ? '' : ` (${oneLine(detail, 60)})`}`,
      )
      const isBad = ['failed', 'rejected', 'expired'].includes(entry.state)
      const state = out.style(isBad ? 'red' : entry.state === 'waiting' ? 'yellow' : 'green', entry.state)
      return [
        `${at}  → ${oneLine(said, 500)}`,
        `${pad('', 21)}  ${state}${steps.length === 0 ? '' : `: ${steps.join(', ')}`}  ${out.style('dim', oneLine(entry.commandId ?? entry.messageId ?? '', 80))}`,
        ...(entry.attempts ?? []).map((one) => `${pad('', 21)}  ${out.style('dim', oneLine(attemptText(one), 160))}`),
      ].join('\n')
    }
  }
}
