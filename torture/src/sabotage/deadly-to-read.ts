import { parseCommand as parseSoundly } from '../../../packages/events/src/commands/parse-command.ts'
import { DEADLY } from '../deadly.ts'

export * from '../../../packages/events/src/commands/parse-command.ts'

/** Dies of a record of the torture's, as of a bug of the runtime. No build but this can be killed so. */
export const parseCommand: typeof parseSoundly = (record) => {
  if (record.value?.includes(DEADLY) === true) process.kill(process.pid, 'SIGKILL')
  return parseSoundly(record)
}
