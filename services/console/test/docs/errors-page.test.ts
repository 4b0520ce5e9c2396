import { expect, test } from 'vitest'
import { consoleErrors } from '../../src/errors.ts'

function page(): string {
  const rows = Object.entries(consoleErrors).map(
    ([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`,
  )
  return `# Answers of the console that are no success

<!-- Generated from services/console/src/errors.ts by services/console/test/docs/errors-page.test.ts: \`vitest run <this file> --update\` writes it anew. -->

Each is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`code\` and, where there is more to say about the
very request, \`detail\`. 429 and 503 may carry \`Retry-After\`.

| status | code | title |
| --- | --- | --- |
${rows.toSorted().join('\n')}
`
}

test('docs/errors-of-console.md is the catalogue', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../docs/errors-of-console.md')
})
