import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { faultSchema, type FaultInput } from '../faults/fault.ts'
import type { Phone } from './phone.ts'

const from = z.string()
const receiveOptions = {
  timeoutMs: z.int().min(0).optional(),
  state: z.enum(['pending', 'delivered', 'seen']).optional(),
}

/** One step of a play: a customer does or gets something, or time or luck changes. */
const stepSchema = z.union([
  z.strictObject({ from, says: z.string() }),
  z.strictObject({ from, sends: z.record(z.string(), z.unknown()) }),
  z.strictObject({ from, presses: z.string() }),
  /** A text, or a pattern between slashes. */
  z.strictObject({ from, receives: z.string(), ...receiveOptions }),
  z.strictObject({ waitMs: z.int().min(0) }),
  z.strictObject({ advanceMs: z.int().min(0) }),
  z.strictObject({ fault: faultSchema }),
])

/** A scenario file: JSON that docs, tests and demos share. */
const scenarioSchema = z.strictObject({
  name: z.string(),
  steps: z.array(stepSchema).min(1),
})
export type ScenarioFile = z.infer<typeof scenarioSchema>

/** Whatever can play: an emulator in process, or one connected to. */
export interface Stage {
  phone(number: string): Phone
  addFault(fault: FaultInput): unknown
  advance(ms: number): Promise<void>
}

/** Plays a scenario to its end. @throws NotReceived at the first step that is not met, ZodError where the file is not one */
export async function playScenario(stage: Stage, input: unknown, tell?: (step: string) => void): Promise<void> {
  const scenario = scenarioSchema.parse(input)
  const phones = new Map<string, Phone>()
  // One phone a number: it remembers what it has returned.
  const phone = (number: string): Phone => {
    const known = phones.get(number) ?? stage.phone(number)
    phones.set(number, known)
    return known
  }
  for (const step of scenario.steps) {
    tell?.(JSON.stringify(step))
    if ('says' in step) await phone(step.from).says(step.says)
    else if ('sends' in step) await phone(step.from).sends(step.sends)
    else if ('presses' in step) await phone(step.from).presses(step.presses)
    else if ('receives' in step) {
      const { timeoutMs, state } = step
      await phone(step.from).receives(pattern(step.receives), {
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(state === undefined ? {} : { state }),
      })
    } else if ('waitMs' in step) await sleep(step.waitMs)
    else if ('advanceMs' in step) await stage.advance(step.advanceMs)
    else await stage.addFault(step.fault)
  }
}

function pattern(text: string): string | RegExp {
  const slashed = /^\/(.+)\/([imsu]*)$/.exec(text)
  return slashed === null ? text : new RegExp(slashed[1] ?? '', slashed[2])
}
