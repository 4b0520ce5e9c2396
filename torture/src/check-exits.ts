import type { FactOf } from './facts.ts'

/** A record that kills is read twice before it is set aside. */
const DEATHS_OF_A_RECORD = 2
/** Who is told to end while Kafka or Redis is away may not be able to say goodbye. */
const AWAY_MS = 30_000

/** Processes that ended without being told, or badly. */
export function endedProcesses(
  exits: readonly FactOf<'exit'>[],
  { blows, deadly }: { blows: readonly number[]; deadly: number },
): string[] {
  const alone = exits.filter(({ isTold }) => !isTold)
  const told = exits.filter(({ isTold, at }) => isTold && !blows.some((blow) => blow > at - AWAY_MS && blow < at))
  return [
    ...alone.slice(deadly * DEATHS_OF_A_RECORD).map(({ victim, code }) => `${victim} ended by itself (${code})`),
    ...told.flatMap(({ victim, code, isMember }) => [
      ...(code === 0 ? [] : [`${victim} was told to end and ended with ${code}`]),
      ...(isMember === true ? [`${victim} has ended and is a member of its group still`] : []),
    ]),
  ]
}
