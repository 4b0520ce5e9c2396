import type { FactOf } from './facts.ts'

/** A record that kills is read twice before it is set aside. */
const DEATHS_OF_A_RECORD = 2
/** Who is told to end while Kafka or Redis is away may not be able to say goodbye. */
const AWAY_MS = 20_000

/** Processes that ended without being told, or badly. */
export function endedProcesses(
  exits: readonly FactOf<'exit'>[],
  { kills, deadly }: { kills: readonly FactOf<'kill'>[]; deadly: number },
): string[] {
  const alone = exits.filter(({ isTold }) => !isTold)
  const told = exits.filter(
    ({ isTold, at }) =>
      isTold &&
      !kills.some((kill) => ['kafka', 'redis'].includes(kill.victim) && kill.at > at - AWAY_MS && kill.at < at),
  )
  return [
    ...alone.slice(deadly * DEATHS_OF_A_RECORD).map(({ victim, code }) => `${victim} ended by itself (${code})`),
    ...told.flatMap(({ victim, code, isMember }) => [
      ...(code === 0 ? [] : [`${victim} was told to end and ended with ${code}`]),
      ...(isMember === true ? [`${victim} has ended and is a member of its group still`] : []),
    ]),
  ]
}
