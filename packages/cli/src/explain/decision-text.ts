import type { MessageOutcome } from '@imchannel/events'

/** A decision for people: what would be done, what speaks against it, and each fact with its age. */
export function decisionText({ decision, error }: Pick<MessageOutcome, 'decision' | 'error'>): string {
  if (decision === undefined) {
    const why = error === undefined ? 'it was not judged' : `${error.code}: ${error.reason}`
    return `refused before it was judged: ${why}`
  }
  const { verdict, form, advice, facts } = decision
  const why = error === undefined ? '' : `: ${error.code}: ${error.reason}`
  const width = Math.max(...facts.map(({ fact }) => fact.length), 'advice'.length)
  return [
    `${verdict} ${verdict === 'reject' ? 'the' : 'as'} ${form}${why}`,
    ...advice.map(({ gate, code, reason }) => `  ${'advice'.padEnd(width)}  ${gate}: ${code}: ${reason}`),
    ...facts.map(({ fact, value, ageMs }) => `  ${fact.padEnd(width)}  ${value}${ageText(ageMs)}`),
  ].join('\n')
}

function ageText(ageMs: number | undefined): string {
  return ageMs === undefined ? '' : `  (${(ageMs / 1_000).toFixed(1)} s old)`
}
