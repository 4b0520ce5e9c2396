import { wait } from '../adapters/wait.ts'
import type { Work } from './work.ts'

/** Waits where the configuration does not know a command's tenant or number, for as long as that may be because it is old. */
export type HoldUnknownName = (work: Work) => Promise<void> | undefined

export interface UnknownNamesOptions {
  isKnown: (tenant: string, number: string) => boolean
  heldMs?: number
}

/** Instances take a change up within 10 s of each other: the one that is late must not refuse what the others know. */
const HELD_MS = 20_000
const LOOK_AGAIN_MS = 250
/** Of a window of 4,000. Beyond it, what is not known is believed not to be there. */
const MOST_HELD = 200
const MOST_NAMES = 1_000

export function createHoldUnknownNames({ isKnown, heldMs = HELD_MS }: UnknownNamesOptions): HoldUnknownName {
  /** Since when each is asked for in vain. */
  const since = new Map<string, number>()
  let held = 0

  function sinceWhen(name: string): number {
    const known = since.get(name)
    if (known !== undefined) return known
    for (const oldest of since.size < MOST_NAMES ? [] : since.keys()) {
      since.delete(oldest)
      break
    }
    since.set(name, Date.now())
    return Date.now()
  }

  async function hold(number: string, { command, deadline, signal }: Work): Promise<void> {
    const until = Math.min(sinceWhen(nameOf(command.tenant, number)) + heldMs, deadline.at)
    if (held >= MOST_HELD) return
    held++
    try {
      while (!isKnown(command.tenant, number) && Date.now() < until) await wait(LOOK_AGAIN_MS, signal)
    } finally {
      held--
    }
  }

  return (work) => {
    const { tenant, from } = work.command
    if (from === undefined) return undefined
    if (!isKnown(tenant, from)) return hold(from, work)
    if (since.size > 0) since.delete(nameOf(tenant, from))
    return undefined
  }
}

function nameOf(tenant: string, number: string): string {
  return `${tenant} ${number}`
}
