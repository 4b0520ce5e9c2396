import type { LedgerEntry } from '@imchannel/ledger'
import { afterAnswer } from '../../src/domain/after-answer.ts'
import { CLAIM_MS, nextStep } from '../../src/domain/next-step.ts'
import type { Facts, Step } from '../../src/domain/next-step.ts'
import type { Known } from '../../src/domain/known.ts'
import type { Rule } from './model-handling.ts'

/** A rule with one thought left out. */
export interface Sabotage {
  readonly name: string
  readonly rule: Rule
}

/** Rules that believe something else than what is so. */
const DELUDED: Record<string, (facts: Facts) => Partial<Facts>> = {
  'believes a ledger that may have forgotten': () => ({ isSuspect: false }),
  'forgets its own open request': ({ known }) => ({ known: { ...known, open: undefined } }),
  'counts the age of a request from an entry that was set back': ({ known }) => ({
    suspectSince: undefined,
    known: { ...known, firstLookAt: undefined },
  }),
  'counts the age of a request from a loss that is older': ({ suspectSince }) => ({
    suspectSince: suspectSince === undefined ? undefined : suspectSince - CLAIM_MS,
  }),
  'uses a claim however old it is': () => ({ elapsedMs: 0 }),
  'takes over an open request at once': (facts) => older(facts, 'sending', CLAIM_MS),
  'makes an unknown request again without waiting for the logs': (facts) =>
    older(facts, 'unknown', facts.maker?.unknownAfterMs ?? 0),
  'takes logs that do not answer for logs that know nothing': ({ known }) =>
    known.logs?.kind === 'no-answer' ? { known: { ...known, logs: { kind: 'not-found' } } } : {},
  'passes over the logs': ({ known }) => ({ known: { ...known, logs: { kind: 'not-found' } } }),
  'takes an unknown request for none': (facts) =>
    changed(facts, ({ state }) => (state === 'unknown' ? { state: 'idle' } : {})),
  'passes over reports': (facts) => changed(facts, () => ({ reportSeen: false })),
  'calls what was settled told': (facts) => changed(facts, () => ({ reported: true })),
  'leaves what was settled to a reporter that died': (facts) =>
    changed(facts, ({ reported }) => (reported ? {} : { at: Infinity })),
  'takes a check alone for a message': ({ isDryRun, fit }) =>
    isDryRun ? { isDryRun: false, fit: { kind: 'send', form: 'content', advice: [] } } : { fit },
  'lets a check alone be in doubt': () => ({ isDryRun: false }),
}

/** Rules that do something else than what they should. */
const WRONG: Record<string, (step: Step, facts: Facts) => Step> = {
  'refuses what it began': (step, { fit, known }) =>
    step.do === 'ask-logs' && fit.kind === 'end'
      ? { do: 'conclude', outcome: fit.outcome, attempts: 1, unknownAt: known.open?.at }
      : step,
  'calls an unknown answer none': (step) =>
    step.do === 'release-claim' && step.isOpen ? { ...step, as: 'idle', isOpen: false } : step,
  'forgets an earlier request over one that was not taken': (step) =>
    step.do === 'release-claim' && !step.isOpen ? { ...step, as: 'idle' } : step,
  'refuses by its own code what it could not find': (step, { fit }) =>
    step.do === 'conclude' && step.outcome.how === 'rejected' && fit.kind === 'end'
      ? { ...step, outcome: fit.outcome }
      : step,
  'calls an unknown answer a refusal': (step, { known, now }) => {
    if (step.do !== 'release-claim' || !step.isOpen || known.hand.is !== 'answered') return step
    const refusal = {
      kind: 'rejected',
      httpStatus: 500,
      code: 'X',
      reason: 'x',
      permanent: true,
      remedy: 'none',
    } as const
    const next = afterAnswer(refusal, { tries: known.hand.claim.tries, now })
    return next.kind === 'conclude' ? { do: 'conclude', outcome: next.outcome, attempts: 1 } : step
  },
  'changes the form of what may have been taken': (step) =>
    step.do === 'claim' && step.judged !== undefined
      ? { ...step, decided: { ...step.decided, form: step.decided.form === 'content' ? 'fallback' : 'content' } }
      : step,
  'requests without a claim': (step) => (step.do === 'obtain-permit' ? { do: 'request' } : step),
  'goes on past an unknown request': (step) =>
    step.do === 'wait' && step.because === 'unknown outcome' ? { do: 'finish-repeat' } : step,
  'waits for ever': (step) => (step.do === 'mark-owner-lost' ? { do: 'wait', ms: 1_000, because: 'an owner' } : step),
}

export const SABOTAGES: readonly Sabotage[] = [
  ...Object.entries(DELUDED).map(([name, delude]) => ({
    name,
    rule: (facts: Facts) => nextStep({ ...facts, ...delude(facts) }),
  })),
  ...Object.entries(WRONG).map(([name, change]) => ({ name, rule: (facts: Facts) => change(nextStep(facts), facts) })),
]

function changed(facts: Facts, change: (entry: LedgerEntry) => Partial<LedgerEntry>): Partial<Facts> {
  const { look } = facts.known
  if (look?.held.kind !== 'entry') return {}
  const { entry } = look.held
  const known: Known = {
    ...facts.known,
    look: { ...look, held: { kind: 'entry', entry: { ...entry, ...change(entry) } } },
  }
  return { known }
}

function older(facts: Facts, state: LedgerEntry['state'], ms: number): Partial<Facts> {
  const { look } = facts.known
  if (look?.held.kind !== 'entry' || look.held.entry.state !== state) return {}
  return { known: { ...facts.known, look: { ...look, now: look.now + ms } } }
}
