import { type Attack, type Outcome, type Target, TARGETS } from './attack.ts'
import { FAULTS, type Fault } from './judge-outcome.ts'
import type { Memory } from './start-targets.ts'

/** What a run found. */
export interface FuzzVerdict {
  /** How many answers had each status, by target; "closed" and "hung" beside them. */
  readonly answers: Readonly<Record<Target, Readonly<Record<string, number>>>>
  /** What a known sender of a tenant of its own was answered meanwhile. */
  readonly steady: Readonly<Record<string, number>>
  /** Each fault with what caused it. */
  readonly faults: readonly { readonly fault: Fault; readonly attack: Attack; readonly outcome: Outcome }[]
  readonly crashed: readonly Target[]
  readonly loggedErrors: Readonly<Record<Target, readonly string[]>>
  /** After a fifth of the requests, after three fifths and after all of them. */
  readonly memory: Readonly<Record<Target, readonly Memory[]>>
  /** Servers that do not do their work any more. */
  readonly useless: readonly Target[]
}

/** The same of each target. */
export function eachTarget<T>(read: (target: Target) => T): Record<Target, T> {
  return Object.fromEntries(TARGETS.map((target) => [target, read(target)])) as Record<Target, T> // one for each
}

const MIB = 1024 * 1024

/**
 * Whether memory is where it was. Of what is held a quarter more than after a fifth, and 16 MiB, are caches that were not full then; from
 * three fifths on they are, and what grows by as much again with each request is a leak.
 */
function isSteady(memories: readonly Memory[]): boolean {
  const [early, middle = early, last = middle] = memories
  if (early === undefined || middle === undefined || last === undefined) return true
  return last.held <= early.held * 1.25 + 16 * MIB && last.held <= middle.held + 8 * MIB
}

export function isClean({ faults, crashed, useless, memory, steady }: FuzzVerdict): boolean {
  const isUndisturbed = Object.keys(steady).every((status) => status === '200')
  return (
    isUndisturbed &&
    faults.length + crashed.length + useless.length === 0 &&
    TARGETS.every((target) => isSteady(memory[target]))
  )
}

/** The verdict as it is read. */
export function fuzzReport({ answers, steady, faults, crashed, loggedErrors, memory, useless }: FuzzVerdict): string {
  return [
    ...TARGETS.map(
      (target) =>
        `${target}: ${Object.entries(answers[target])
          .map(([name, count]) => `${name} ${count}`)
          .join('  ')}`,
    ),
    `a known sender beside them: ${Object.entries(steady)
      .map(([name, count]) => `${name} ${count}`)
      .join('  ')}`,
    ...TARGETS.map((target) => {
      const shown = (read: (memory: Memory) => number): string => memory[target].map((one) => mib(read(one))).join(', ')
      return `${target} after a collection at 20, 60 and 100 %, MiB: held ${shown(({ held }) => held)}; V8's heap ${shown(({ heap }) => heap)}; resident ${shown(({ rss }) => rss)}`
    }),
    ...TARGETS.flatMap((target) => loggedErrors[target].slice(0, 3).map((line) => `${target} logged: ${line}`)),
    FAULTS.map((fault) => `${fault} ${faults.filter((one) => one.fault === fault).length}`).join('  '),
    `crashed ${crashed.length === 0 ? 'none' : crashed.join(', ')}; not doing their work ${useless.length === 0 ? 'none' : useless.join(', ')}`,
    ...faults
      .slice(0, 10)
      .map(({ fault, attack, outcome }) => `  ${fault}: ${shown(attack)} -> ${JSON.stringify(outcome).slice(0, 300)}`),
  ].join('\n')
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1)
}

function shown(attack: Attack): string {
  if (attack.kind === 'raw')
    return `${attack.target} raw ${JSON.stringify(Buffer.concat(attack.pieces).toString('latin1').slice(0, 300))}`
  const { target, method, path, headers, body } = attack
  return `${target} ${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 500)} ${JSON.stringify(body.toString('latin1').slice(0, 300))}`
}
