import type { OutcomeDecision } from '@imchannel/events'
import type { Finding } from '@imchannel/facts'
import type { CommandError } from '../../errors.ts'
import type { Fit } from '../next-step.ts'
import type { Judgement } from './judge.ts'

/** What a decision means for the command: it is sent in a form, rejected by a gate, or was only to be checked. */
export function outcomeOfJudgement(judgement: Judgement, { at, isDryRun }: { at: number; isDryRun: boolean }): Fit {
  const { verdict } = judgement
  const { form } = verdict
  const advice = verdict.verdict === 'wait' ? [] : verdict.advice
  const told = advice.length === 0 ? {} : { advice }
  const decided = isDryRun ? { ...told, decision: decisionOf(judgement) } : told
  if (verdict.verdict === 'reject') {
    return { kind: 'end', outcome: { how: 'rejected', at, error: errorOf(verdict.finding), ...decided } }
  }
  if (isDryRun) return { kind: 'end', outcome: { how: 'accepted', at, ...decided } }
  return verdict.verdict === 'wait' ? { kind: 'wait', because: verdict.waitsFor } : { kind: 'send', form, advice }
}

function decisionOf(judgement: Judgement): OutcomeDecision {
  const { verdict } = judgement
  const { verdict: what, form } = verdict
  return {
    verdict: what,
    form,
    ...(what === 'reject' ? { code: verdict.finding.code } : {}),
    advice: what === 'wait' ? [] : [...verdict.advice],
    facts: judgement.facts(),
  }
}

function errorOf({ gate, code, reason, details = {} }: Finding): CommandError {
  return { code, reason, gate, ...pick(details) }
}

const TOLD = ['closesAt', 'source', 'since', 'where', 'wanted', 'given', 'budget', 'until'] as const

function pick(details: NonNullable<Finding['details']>): Partial<Record<(typeof TOLD)[number], string>> {
  return Object.fromEntries(
    TOLD.flatMap((name) => (details[name] === undefined ? [] : [[name, String(details[name])]])),
  )
}
