/** One step of a scenario file, as the emulator of `packages/infobip-emulator` plays it. */
export type ScenarioStep =
  | { readonly from: string; readonly says: string }
  | { readonly from: string; readonly sends: Readonly<Record<string, unknown>> }
  | {
      readonly from: string
      readonly receives: string
      readonly state: 'pending' | 'delivered' | 'seen'
      readonly timeoutMs: number
    }
  | { readonly waitMs: number }
  | { readonly advanceMs: number }
  | { readonly fault: ScenarioFault }

/** What a request to Infobip, or a message that it took, met; once, for the customer `to`. */
export interface ScenarioFault {
  readonly action: string
  readonly to: string
  readonly count: 1
  readonly [setting: string]: string | number | boolean
}

export interface Scenario {
  readonly name: string
  readonly steps: readonly ScenarioStep[]
}
