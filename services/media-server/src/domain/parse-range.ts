/** What a `Range` header asks of a media item. */
export type RangeVerdict =
  /** Everything: no range, one that cannot be read, or several at once, which may be ignored (RFC 9110, 14.2). */
  | { readonly kind: 'whole' }
  /** Bytes `start` to `end`, both included. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' }

/** Reads `bytes=a-b`, `bytes=a-` and `bytes=-n` against a size of at least one byte. */
export function parseRange(header: string | undefined, size: number): RangeVerdict {
  const [, from = '', to = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return { kind: 'whole' }
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', start: size - length, end: size - 1 }
  }
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < start) return { kind: 'whole' }
  return start >= size ? { kind: 'unsatisfiable' } : { kind: 'part', start, end }
}
