import { CRIMES } from './check.ts'
import type { Verdict } from './check.ts'

const SHOWN = 5

/** A verdict as it is read: the counts, then of each crime the first few. */
export function toReport({ crimes, counts }: Verdict): string {
  const lines = [
    `${counts.commands} commands, ${counts.requests} requests, ${counts.webhooks} webhook results, ${counts.events} events` +
      ` (${counts.repeatedEvents} repeated under their id), ${counts.rejected} not accepted`,
    `refused: ${
      Object.entries(counts.refusals)
        .map(([code, count]) => `${code} ${count}`)
        .join(', ') || 'none'
    }; ${counts.unjudged} requests to who had opted out, which was not known in time`,
    `${counts.kills} kills, ${counts.killsThatMetARequest} met an open request`,
    CRIMES.map((crime) => `${crime} ${crimes[crime].length}`).join('  '),
    ...CRIMES.flatMap((crime) => [
      ...crimes[crime].slice(0, SHOWN).map((line) => `  ${crime}: ${line}`),
      ...(crimes[crime].length > SHOWN ? [`  ${crime}: and ${crimes[crime].length - SHOWN} more`] : []),
    ]),
  ]
  return lines.join('\n')
}
