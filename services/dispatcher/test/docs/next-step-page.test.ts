import { expect, it } from 'vitest'
import type { Step } from '../../src/domain/next-step.ts'
import { STEP_TABLE } from '../domain/step-table.ts'
import type { Row } from '../domain/step-table.ts'

const WORDS: Record<Step['do'], string> = {
  'finish-repeat': 'nothing: it is a repeat',
  'report-settled': 'tell the outcome',
  conclude: 'end it',
  park: 'park it',
  'mark-unknown': 'count it as `unknown`',
  'mark-owner-lost': 'count it as `unknown`',
  look: 'look at the ledger',
  'ask-parking': 'ask whether it is parked',
  'ask-logs': 'ask Infobip’s logs',
  'read-facts': 'read what its gates judge by',
  'prepare-media': 'prepare its media',
  'obtain-permit': 'wait for a permit',
  reserve: 'count it in its budgets',
  'claim-at-once': 'claim it, with a permit in the same trip',
  claim: 'claim it',
  request: 'make the request',
  'release-claim': 'end the claim',
  wait: 'wait',
  'wait-for-clocks': 'wait for the clocks to agree',
  'wait-for-newer': 'wait for an instance that knows it',
}

interface Details {
  outcome?: { how?: string; error?: { code: string } }
  as?: string
  alone?: boolean
}

function wordsOf({ step, with: more = {} }: Row): string {
  // `as`: what the rows expect of their steps is some of this.
  const { outcome, as, alone } = more as Details
  if (outcome !== undefined) return `end it: ${outcome.error === undefined ? outcome.how : `\`${outcome.error.code}\``}`
  if (as !== undefined) return `end the claim as \`${as}\``
  return alone === true ? 'wait for a permit, and go alone' : WORDS[step]
}

function page(): string {
  const rows = STEP_TABLE.map((row) => `| ${row.ledger} | ${row.and} | ${wordsOf(row)} |`)
  return `# What the dispatcher does next

<!-- Generated from the rows of services/dispatcher/test/domain/step-table.ts by services/dispatcher/test/docs/next-step-page.test.ts: \`vitest run <this file> --update\` writes it anew. -->

A command is sent once because of one pure function, [\`nextStep\`](../services/dispatcher/src/domain/next-step.ts). It is
given all that is known about a message (the [ledger's entry](contributing/look-at-a-ledger-entry.md), the configuration, the clocks, what this handling has learned so far)
and answers with the one thing to do next. [\`send-message.ts\`](../services/dispatcher/src/engine/send-message.ts) does
it and asks again, until the command has ended or is parked. A process may die between any two steps; whoever takes the
command up next starts from what the ledger says.

Each row below is a test. A second test drives the function through thousands of random histories, with crashes between any two
effects, lost replies, frozen owners, a Redis that goes back in time and reports at any moment, and checks that nothing is sent
twice, lost, reordered, or rejected after Infobip took it. It has to find every one of the [broken rules](../services/dispatcher/test/domain/sabotages.ts) that are
planted in it.

| the ledger says | and | next |
| --- | --- | --- |
${rows.join('\n')}
`
}

it('docs/next-step.md is the table of the tests', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../docs/next-step.md')
})

it('has a row for every step', () => {
  const missing = Object.keys(WORDS).filter((one) => !STEP_TABLE.some(({ step }) => step === one))
  expect(missing).toEqual([])
})
