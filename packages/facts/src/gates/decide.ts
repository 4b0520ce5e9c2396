export const gates = ['window', 'consent', 'template', 'identity', 'budget'] as const
export type Gate = (typeof gates)[number]
/** `advise` sends and says so; `enforce` rejects before any request. */
export type GateMode = 'off' | 'advise' | 'enforce'

export const gateCodes = {
  window: ['window_closed'],
  consent: ['opted_out'],
  template: ['template_unknown', 'template_not_approved', 'template_paused', 'template_mismatch', 'template_category'],
  identity: ['phone_required', 'identity_unconfirmed'],
  budget: ['budget_exhausted', 'conversation_limit'],
} as const satisfies Record<Gate, readonly string[]>
export type GateCode = (typeof gateCodes)[Gate][number]

/** Something that speaks against sending. A fact that is not known makes none. */
export interface Finding {
  readonly gate: Gate
  readonly code: GateCode
  /** What is wrong and what to change, for people. */
  readonly reason: string
  /** The command's own demand, which holds under every setting. */
  readonly isDemanded?: true | undefined
  /** Of what has a mode of its own, which holds in place of its gate's. */
  readonly mode?: GateMode | undefined
  /** For programs: `closesAt`, `source`, `since`, `where`, `wanted`, `given`, `budget`, `until`. */
  readonly details?: Readonly<Record<string, string | number>> | undefined
}

export type Advice = Pick<Finding, 'gate' | 'code' | 'reason'>

/** What a decision was made of, for `validateOnly` and `imchannel explain`. */
export interface Fact {
  readonly fact: string
  /** `unknown` where it is not known. */
  readonly value: string
  /** How long ago it was learnt; absent where it is not known. */
  readonly ageMs?: number | undefined
}

/** One of a command's two forms, with what was found against it. */
export interface Form {
  readonly findings: readonly Finding[]
  /** Facts that are being made anew and must be waited for (a budget's counters). */
  readonly waitsFor?: string | undefined
}

export type Verdict =
  | { readonly verdict: 'send'; readonly form: 'content' | 'fallback'; readonly advice: readonly Advice[] }
  | { readonly verdict: 'wait'; readonly form: 'content' | 'fallback'; readonly waitsFor: string }
  | {
      readonly verdict: 'reject'
      readonly form: 'content' | 'fallback'
      readonly finding: Finding
      readonly advice: readonly Advice[]
    }

export interface Decidable {
  readonly modes: Readonly<Record<Gate, GateMode>>
  readonly content: Form
  /** The second form, judged by the same gates. */
  readonly fallback?: Form | undefined
  /** The form of an earlier request, which may have been taken: then there is no other. */
  readonly fixedForm?: 'content' | 'fallback' | undefined
}

/** Whether to send, which form, to wait or to reject. Findings come in the order of their weight: the first that is enforced counts. */
export function decide({ modes, content, fallback, fixedForm }: Decidable): Verdict {
  const form = fixedForm ?? (fallback !== undefined && isWindowClosed(content, modes) ? 'fallback' : 'content')
  const { findings, waitsFor } = form === 'fallback' ? (fallback ?? content) : content
  const heard = findings.filter((one) => modeOf(one, modes) !== 'off')
  const finding = heard.find((one) => modeOf(one, modes) === 'enforce')
  const advice = heard.filter((one) => one !== finding).map(({ gate, code, reason }) => ({ gate, code, reason }))
  if (finding !== undefined) return { verdict: 'reject', form, finding, advice }
  return waitsFor === undefined ? { verdict: 'send', form, advice } : { verdict: 'wait', form, waitsFor }
}

function modeOf({ gate, isDemanded, mode }: Finding, modes: Decidable['modes']): GateMode {
  return isDemanded === true ? 'enforce' : (mode ?? modes[gate])
}

function isWindowClosed({ findings }: Form, modes: Decidable['modes']): boolean {
  return modes.window !== 'off' && findings.some(({ code }) => code === 'window_closed')
}
