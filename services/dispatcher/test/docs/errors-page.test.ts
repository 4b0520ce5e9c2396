import { commandProblems } from '@imchannel/events'
import { expect, it } from 'vitest'
import { commandErrors } from '../../src/errors.ts'

// A command that is not as its schema says: packages/events names the problem, its reason says where.
const schemaRemedy = 'Fix what the reason names; `docs/events.md` has the schema of every command'

function page(): string {
  const schema = Object.entries(commandProblems).map(([code, meaning]) => row(code, meaning, schemaRemedy))
  const own = Object.entries(commandErrors).map(([code, { meaning, remedy }]) => row(code, meaning, remedy))
  return `# Errors

<!-- Generated from the catalogues by services/dispatcher/test/docs/errors-page.test.ts: \`vitest run <this file> --update\` writes it anew. -->

Every command that is not accepted ends in \`imchannel.message.rejected\` or \`imchannel.message.expired\` with
\`error {code, reason}\`, and a rejected one in the dead-letter topic with the same code and reason as headers. The
reason says where in the command and what to change. What Infobip refuses keeps Infobip's own code, such as \`BAD_REQUEST\`,
\`REJECTED_DND\` or \`HTTP_404\`, with \`httpStatus\` and its words in \`error.infobip\`.

| code | meaning | what to do |
| --- | --- | --- |
${[...schema, ...own].toSorted().join('\n')}
`
}

function row(code: string, meaning: string, remedy: string): string {
  return `| \`${code}\` | ${meaning} | ${remedy} |`
}

it('docs/errors.md is the catalogue', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../docs/errors.md')
})

it('has no code twice', () => {
  const codes = [...Object.keys(commandProblems), ...Object.keys(commandErrors)]
  expect(codes.length).toBe(new Set(codes).size)
})
