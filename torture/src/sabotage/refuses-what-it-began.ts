import { nextStep as decideSoundly } from '../../../services/dispatcher/src/domain/next-step.ts'

export * from '../../../services/dispatcher/src/domain/next-step.ts'

/** Whoever has no account any more is told so, whatever was sent by it before. */
export const nextStep: typeof decideSoundly = (facts) => {
  const step = decideSoundly(facts)
  const { account, fit, known } = facts
  const isInDoubt = step.do === 'ask-logs' || (step.do === 'wait' && known.open !== undefined)
  if (account !== undefined || fit.kind !== 'end' || !isInDoubt) return step
  return { do: 'conclude', outcome: fit.outcome, attempts: 1, unknownAt: known.open?.at }
}
