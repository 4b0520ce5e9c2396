import type { FactOf } from './facts.ts'
import { isMarketing } from './templates.ts'

/** Messages that Infobip took beyond a budget, but for as many as were open at once, and as many again whenever Redis may have lost them. */
export function overspent(
  budgets: readonly FactOf<'budget'>[],
  {
    commands,
    requests,
    taken,
    losses,
  }: {
    commands: ReadonlyMap<string, FactOf<'command'>>
    requests: readonly FactOf<'request'>[]
    taken: ReadonlySet<number>
    /** How often something was done to Redis. */
    losses: number
  },
): string[] {
  return budgets.flatMap(({ tenant, messages }) => {
    const counted = requests.filter(
      ({ account, commandId }) => account === tenant && isMarketing(commands.get(commandId)?.template),
    )
    const spent = new Set(counted.filter(({ seq }) => taken.has(seq)).map(({ commandId }) => commandId)).size
    const open = mostOpen(counted) * (1 + losses)
    return spent > messages + open
      ? [
          `${tenant} was to send ${messages} messages, and sent ${spent}, of which ${open} at most were open when they could be lost`,
        ]
      : []
  })
}

function mostOpen(requests: readonly FactOf<'request'>[]): number {
  const changes = requests
    .flatMap(({ madeAt, answer, leftAt, at }) => [
      { at: madeAt, by: 1 },
      { at: answer?.at ?? leftAt ?? at, by: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || other.by - one.by)
  let open = 0
  let most = 0
  for (const { by } of changes) {
    open += by
    most = Math.max(most, open)
  }
  return most
}
