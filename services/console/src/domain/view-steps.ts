import type { RecordRow } from '../adapters/store/read-timeline.ts'
import type { Step } from '../http/api/conversation.ts'
import type { Masks } from './mask.ts'
import { type Json, jsonOf, parseValue } from './record-value.ts'
import { viewStep } from './view-step.ts'

/** What a record tells: itself, and before it what brought it about where it says so, Infobip’s webhook or a decision. */
export function viewSteps(row: RecordRow, startedAt: number, masks: Masks): Step[] {
  const step = viewStep(row, startedAt, masks)
  const { detail: _detail, code: _code, ...plain } = step
  const facts = decisionFacts(jsonOf(parseValue(row.value)))
  const webhook: Step = { ...plain, kind: 'webhook', title: 'Infobip’s webhook', tone: 'plain', facts: [] }
  const decision: Step = {
    ...plain,
    kind: 'decision',
    title: 'decided',
    tone: row.kind === 'accepted' ? 'warning' : 'plain',
    facts: facts.map(({ name, value }) => ({ name, value: masks.reason(value) })),
  }
  return [...(step.original === undefined ? [] : [webhook]), ...(facts.length === 0 ? [] : [decision]), step]
}

/** Each gate that spoke against it, and, of a dry run, the verdict and what it was made of. */
function decisionFacts(data: Json): { name: string; value: string }[] {
  const verdict = data.text('decision', 'verdict')
  const facts = listAt(data, 'decision', 'facts').flatMap((one) => fact(one.text('fact'), one.text('value')))
  const advice = [...listAt(data, 'advice'), ...listAt(data, 'decision', 'advice')].flatMap((one) =>
    fact(one.text('gate'), [one.text('code'), one.text('reason')].filter((part) => part !== undefined).join(': ')),
  )
  return [...fact('verdict', verdict), ...facts, ...advice]
}

function listAt(data: Json, ...path: string[]): Json[] {
  const list = data.at(...path)
  return Array.isArray(list) ? list.map(jsonOf) : []
}

function fact(name: string | undefined, value: string | undefined): { name: string; value: string }[] {
  return name === undefined || value === undefined ? [] : [{ name, value }]
}
