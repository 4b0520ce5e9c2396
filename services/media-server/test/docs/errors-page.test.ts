import { expect, test } from 'vitest'
import { mediaServerErrors } from '../../src/errors.ts'

function page(): string {
  const rows = Object.entries(mediaServerErrors).map(
    ([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`,
  )
  return `# Answers of the media-server that are no success

<!-- Generated from services/media-server/src/errors.ts by services/media-server/test/docs/errors-page.test.ts: \`vitest run <this file> --update\` writes it anew. -->

Each is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`code\` and, where there is more to say about the
very request, \`detail\`. 429 and 503 carry \`Retry-After\`.

| status | code | title |
| --- | --- | --- |
${rows.toSorted().join('\n')}
`
}

test('docs/errors-of-media-server.md is the catalogue', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../docs/errors-of-media-server.md')
})
