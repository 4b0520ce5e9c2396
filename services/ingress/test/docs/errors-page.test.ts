import { expect, it } from 'vitest'
import { type ProblemCode, ingressErrors, problem } from '../../src/errors.ts'

function page(): string {
  // `as`: the keys of the catalogue.
  const rows = (Object.keys(ingressErrors) as ProblemCode[]).map((code) => {
    const { status, title, detail = '', retryAfterS } = problem(code)
    return `| ${status} | \`${code}\` | ${title} | ${detail} | ${retryAfterS === undefined ? '' : `${retryAfterS} s`} |`
  })
  return `# Answers of ingress that are no success

<!-- Generated from services/ingress/src/errors.ts by services/ingress/test/docs/errors-page.test.ts: \`vitest run <this file> --update\` writes it anew. -->

Each is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`code\` and \`detail\`. What is too slow or no HTTP
at all is answered before it reaches ingress's own code: 408 \`request_timeout\`, 431 \`headers_too_large\`, 400 \`not_http\`.

| status | code | title | detail | Retry-After |
| --- | --- | --- | --- | --- |
${rows.toSorted().join('\n')}
`
}

it('docs/errors-of-ingress.md is the catalogue', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../docs/errors-of-ingress.md')
})
