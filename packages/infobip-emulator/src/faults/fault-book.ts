import type { Random } from '../random.ts'
import { faultSchema, type Fault, type FaultAction, type FaultInput, type FaultOf } from './fault.ts'
import { magicFault } from './magic-numbers.ts'

/** What a fault is asked about: a request, a message or a webhook. */
export interface Occasion {
  api?: string
  account?: string
  from?: string
  /** The customers that it concerns. */
  to: readonly string[]
  kind?: string
  /** False where the customer's number is not to be looked at. */
  magic?: boolean
}

export interface ActiveFault {
  id: string
  fault: Fault
  /** How often it struck. */
  struck: number
}

export interface FaultBook {
  /** @throws ZodError where the fault is not one */
  add(input: FaultInput): ActiveFault
  list(): readonly ActiveFault[]
  remove(id: string): boolean
  clear(): void
  /** The first fault among these actions that strikes now; it counts as struck. */
  strike<A extends FaultAction>(actions: readonly A[], occasion: Occasion): FaultOf<A> | undefined
}

const SENDING: readonly string[] = ['omni', 'whatsapp', 'messages']

export function createFaultBook(random: Random): FaultBook {
  const faults = new Map<string, ActiveFault>()
  const visits = new Map<string, number>()
  let next = 1

  return {
    add(input) {
      const id = `fault-${next++}`
      const active: ActiveFault = { id, fault: faultSchema.parse(input), struck: 0 }
      faults.set(id, active)
      return active
    },
    list: () => [...faults.values()],
    remove: (id) => faults.delete(id),
    clear() {
      faults.clear()
      visits.clear()
    },
    strike(actions, occasion) {
      for (const active of faults.values()) {
        const { fault } = active
        if (!fits(actions, fault) || !matches(fault, occasion) || !random.chance(fault.probability)) continue
        active.struck++
        if (fault.count !== undefined && active.struck >= fault.count) faults.delete(active.id)
        return fault
      }
      for (const customer of occasion.magic === false ? [] : occasion.to) {
        const key = `${actions[0]}:${customer}`
        const nth = (visits.get(key) ?? 0) + 1
        const fault = magicFault(customer, nth)
        if (fault === undefined) continue
        visits.set(key, nth)
        if (fits(actions, fault)) return fault
      }
      return undefined
    },
  }
}

const fits = <A extends FaultAction>(actions: readonly A[], fault: Fault): fault is FaultOf<A> =>
  (actions as readonly string[]).includes(fault.action) // widened: includes asks for the narrow type

const about = (wanted: string | undefined, found: string | undefined): boolean =>
  wanted === undefined || wanted === found

function matches(fault: Fault, occasion: Occasion): boolean {
  const api = fault.api === 'any' || occasion.api === undefined || fault.api === occasion.api
  const sending = fault.api === 'send' && occasion.api !== undefined && SENDING.includes(occasion.api)
  return (
    (api || sending) &&
    about(fault.account, occasion.account) &&
    about(fault.from, occasion.from) &&
    (fault.to === undefined || occasion.to.includes(fault.to)) &&
    (fault.kind === 'any' || occasion.kind === undefined || fault.kind === occasion.kind)
  )
}
