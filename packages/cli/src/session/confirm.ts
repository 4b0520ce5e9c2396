import type { Session } from './session.ts'

/**
 * Whether to go on: `--yes`, or a person says so. Without either nothing is done, and a note says how.
 */
export async function confirm({ io, out }: Session, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true
  if (io.ask === undefined) {
    out.note('Nothing was done: add --yes to do it.')
    return false
  }
  const answer = await io.ask(`${question} [y/N] `)
  if (/^y(es)?$/i.test(answer.trim())) return true
  out.note('Nothing was done.')
  return false
}
