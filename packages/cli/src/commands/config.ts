import type { Command } from 'commander'
import { checkConfig } from '@imchannel/config'
import { stringify } from 'yaml'
import type { RunCommand } from '../run-command.ts'
import { usage } from '../session/failure.ts'
import type { Session } from '../session/session.ts'

/** The configuration as the services read it. */
export function addConfig(program: Command, run: RunCommand): void {
  const config = program
    .command('config')
    .summary('check or show the configuration')
    .description('Checks the configuration, or shows it as the services read it.')
  config
    .command('check')
    .description(
      'Says everything that is wrong with it, each with its path in the file; Kafka and the rest are not asked.',
    )
    .action(
      run(async ({ env, out }) => {
        const lines: string[] = []
        const code = checkConfig(env, (line) => lines.push(line))
        out.result({ ok: code === 0, said: lines }, lines.join('\n'))
        return code
      }),
    )
  config
    .command('show')
    .description('Shows it with defaults and the environment’s values in place; secrets are never printed.')
    .argument('[path]', 'a part of it: topics.outbound')
    .action(run((session, _options: object, path?: string) => show(session, path)))
}

async function show(session: Session, path: string | undefined): Promise<0> {
  // Secrets say [redacted] of themselves when they are written as JSON.
  const whole = JSON.parse(
    JSON.stringify(session.config(), (_key, value: unknown) => (value instanceof RegExp ? String(value) : value)),
  ) as unknown
  const part = (path?.split('.') ?? []).reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, unknown>)[name]
        : undefined,
    whole,
  )
  if (part === undefined) throw usage(`the configuration has no "${path}"`)
  session.out.result(part, typeof part === 'string' ? part : stringify(part).trimEnd())
  return 0
}
