import { type Command, InvalidArgumentError } from 'commander'
import { dayIn, type Dimension, dimensions } from '@imchannel/costs'
import { costCsv, costTable } from '../costs/cost-table.ts'
import { readCosts } from '../costs/read-costs.ts'
import type { RunCommand } from '../run-command.ts'
import type { ExitCode } from '../session/failure.ts'
import { count, readMoment } from '../session/read-values.ts'
import type { Session } from '../session/session.ts'

interface Options {
  since: number
  until?: number
  by: Dimension[]
  tenant?: string
  timeZone: string
  csv?: boolean
}

/** What messages cost. */
export function addCosts(program: Command, run: RunCommand): void {
  program
    .command('costs')
    .summary('sum what messages cost')
    .description(
      'Sums what the cost topic has of messages delivered in a time: what Infobip reported and what rate cards estimate, never one with the ' +
        'other, and each currency by itself. Of a message its latest record counts. It also says how many messages Infobip took of ' +
        'which there is no report yet.',
    )
    .requiredOption('--since <time>', 'delivered at or after: 7d (ago), 2025-02-28, 2025-02-28T10:00:00Z', readMoment)
    .option('--until <time>', 'delivered before (default: now)', readMoment)
    .option('--by <dimensions>', `a sum for each ${dimensions.join(', ')}; several with commas`, readDimensions, [
      'day',
    ])
    .option('--tenant <name>', 'of this tenant')
    .option('--time-zone <name>', 'of the days: Europe/Lisbon', readTimeZone, 'UTC')
    .option('--csv', 'a line of CSV for each sum')
    .action(run((session, options: Options) => costs(session, options)))
}

async function costs(session: Session, { csv, until = Date.now(), ...options }: Options): Promise<ExitCode> {
  const { out } = session
  const { by } = options
  const { rows, unsettled } = await readCosts(session, { ...options, until })
  if (csv === true) {
    // Not `item`: what was asked for is neither for people nor JSON.
    session.io.stdout.write(`${costCsv(rows, by).join('\n')}\n`)
  } else if (out.forPeople) {
    for (const line of costTable(rows, by)) out.item(undefined, () => line)
  } else {
    for (const row of rows) out.item(row, () => '')
    out.item({ unsettled }, () => '')
  }
  if (csv === true || out.forPeople) out.note(unsettledText(unsettled))
  return 0
}

function unsettledText(unsettled: number): string {
  return unsettled === 0
    ? 'Every message that Infobip took has its report.'
    : `${count(unsettled, 'message')} that Infobip took ${unsettled === 1 ? 'has' : 'have'} no report yet: what is not delivered costs nothing so far.`
}

function readDimensions(text: string): Dimension[] {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !isDimension(name))
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${dimensions.join(', ')}`)
  return names.filter(isDimension)
}

function isDimension(name: string): name is Dimension {
  return dimensions.some((one) => one === name)
}

function readTimeZone(name: string): string {
  try {
    dayIn(name, 0)
    return name
  } catch {
    throw new InvalidArgumentError('a time zone is as in Europe/Lisbon')
  }
}
