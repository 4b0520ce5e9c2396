/** Whether an `If-None-Match` header names the tag (weak comparison, RFC 9110, 13.1.2), so that the answer is 304. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((candidate) => {
    const tag = candidate.trim()
    return tag === '*' || tag.replace(/^W\//, '') === etag
  })
}
