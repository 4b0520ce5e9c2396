import { setTimeout as sleep } from 'node:timers/promises'
import { openArena } from './arena.ts'
import { BLOWS, planBlows } from './blows.ts'
import type { Score } from './score.ts'

export interface BesideOptions {
  readonly seed: number
  readonly lengthMs: number
  readonly rate: number
  readonly buildEnv?: Readonly<Record<string, string>>
  readonly say: (line: string) => void
}

/** Strikes ours and the naive gateway alike, prints what became of each, and tells whether ours is without a mark. */
export async function besideNaive({ seed, lengthMs, rate, buildEnv = {}, say }: BesideOptions): Promise<boolean> {
  await using arena = await openArena({ seed, rate, buildEnv })
  const startedAt = Date.now()
  const tell = (line: string): void =>
    say(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(4)} s  ${line}`)
  tell('both run')
  for (const { atMs, blow } of planBlows(seed, lengthMs)) {
    await sleep(Math.max(0, startedAt + atMs - Date.now()))
    tell(BLOWS[blow])
    await arena.strike(blow)
  }
  await sleep(Math.max(0, startedAt + lengthMs - Date.now()))
  tell('the load ends; both have time to finish')
  let said = ''
  const scores = await arena.settle(({ imchannel, naive }) => {
    const line = `on their way: ${imchannel.waiting} of imchannel, ${naive.waiting} of naive`
    if (line !== said) tell(line)
    said = line
  })
  say(toTable(scores))
  return isClean(scores.imchannel)
}

function isClean({ lost, doubled, reordered }: Score): boolean {
  return lost + doubled + reordered === 0
}

/** Pure. */
function toTable(scores: Readonly<Record<string, Score>>): string {
  const columns = ['given', 'lost', 'doubled', 'reordered'] as const
  const rows = [
    ['', ...columns],
    ...Object.entries(scores).map(([name, one]) => [name, ...columns.map((c) => String(one[c]))]),
  ]
  return rows
    .map(([name = '', ...cells]) => name.padEnd(12) + cells.map((cell) => cell.padStart(11)).join(''))
    .join('\n')
}
