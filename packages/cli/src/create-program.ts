import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addCompletion } from './commands/completion.ts'
import { addConfig } from './commands/config.ts'
import { addCosts } from './commands/costs.ts'
import { addConsent } from './commands/consent.ts'
import { addConversation } from './commands/conversation.ts'
import { addDeadletter } from './commands/deadletter.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addForget } from './commands/forget.ts'
import { addMedia } from './commands/media.ts'
import { addReplay } from './commands/replay.ts'
import { addSend } from './commands/send.ts'
import { addTail } from './commands/tail.ts'
import { addTemplates } from './commands/templates.ts'
import { addTopics } from './commands/topics.ts'
import { addUnrecognised } from './commands/unrecognised.ts'
import type { RunCommand } from './run-command.ts'

// The package's own, in a checkout and installed alike.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** The whole command line, as commander knows it. */
export function createProgram(run: RunCommand): Command {
  const program = new Command('imchannel')
    .description('Sends, watches, checks and repairs an IMChannel system.')
    .version(version, '--version')
    .option('--config <file>', 'the configuration (default: IMCHANNEL_CONFIG, imchannel.yaml, else the demo’s)')
    .option('--json', 'for programs: one line of JSON an entry or result')
    .option('--pretty', 'for people, also in a pipe')
    .option('--verbose', 'tell what Kafka and Redis clients say, and where an error comes from')
    .helpCommand(true)
    .showHelpAfterError('(add --help for how it is used)')
    .addHelpText(
      'after',
      `
Lists are tables on a terminal and lines of JSON in a pipe; --json and --pretty decide otherwise.
With IMCHANNEL_CONSOLE_URL "conversation", "deadletter list" and "deadletter replay" ask the console instead of Kafka,
as whom IMCHANNEL_CONSOLE_TOKEN, or IMCHANNEL_CONSOLE_USER and IMCHANNEL_CONSOLE_PASSWORD say.
Exit codes: 0 done, nothing wrong; 1 problems were found or met; 2 called wrongly; 130 interrupted.`,
    )
  const adders = [
    addSend,
    addExplain,
    addTail,
    addConversation,
    addCosts,
    addMedia,
    addDeadletter,
    addUnrecognised,
    addReplay,
    addConsent,
    addForget,
    addTemplates,
    addDoctor,
    addTopics,
    addConfig,
    addCompletion,
  ]
  for (const add of adders) add(program, run)
  return program
}
