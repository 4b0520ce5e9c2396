import { expect, test } from 'vitest'
import { contentDisposition } from './content-disposition.ts'

/** What a browser would run, or read as a page: at least one for each alternative of the expression. */
test.each([
  'text/html',
  'text/html; charset=utf-8',
  'application/xhtml+xml',
  'image/svg+xml',
  'application/xml',
  'application/rss+xml',
  'application/atom+xml',
  'application/mathml+xml',
  'application/xslt+xml',
  'application/rdf+xml',
  'application/vnd.mozilla.xul+xml',
  'model/x3d+xml',
  'text/xml',
  'text/xsl',
  'text/javascript',
  'text/ecmascript',
  'text/x-component',
  'application/javascript',
  'application/x-javascript',
  'application/ecmascript',
  'application/wasm',
  'message/rfc822',
  'multipart/x-mixed-replace',
])('%s is only ever offered for saving', (contentType) => {
  expect(contentDisposition({ kind: 'document', contentType, filename: 'a' })).toBe("attachment; filename*=UTF-8''a")
})

test.each(['image/jpeg', 'application/pdf', 'text/plain; charset=utf-8', 'text/csv', 'application/octet-stream'])(
  '%s may be shown',
  (contentType) => {
    expect(contentDisposition({ kind: 'document', contentType, filename: 'a' })).toBe("inline; filename*=UTF-8''a")
  },
)

test.each([
  ['März & Söhne (1).pdf', "inline; filename*=UTF-8''M%C3%A4rz%20%26%20S%C3%B6hne%20%281%29.pdf"],
  ["it's*.pdf", "inline; filename*=UTF-8''it%27s%2A.pdf"],
  ['\ud800.pdf', "inline; filename*=UTF-8''%EF%BF%BD.pdf"],
  [undefined, "inline; filename*=UTF-8''document.pdf"],
])('the name %j is written as RFC 8187 has it', (filename, header) => {
  const media = {
    kind: 'document',
    contentType: 'application/pdf',
    ...(filename !== undefined && { filename }),
  } as const
  expect(contentDisposition(media)).toBe(header)
})
