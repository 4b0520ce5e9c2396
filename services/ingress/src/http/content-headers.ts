import type { IncomingHttpHeaders } from 'node:http'

export type ContentEncoding = 'identity' | 'gzip' | 'deflate'

/** None given counts as JSON; parameters and any `+json` are taken. */
export function isJsonType(headers: IncomingHttpHeaders): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1)
  const essence = type.trim().toLowerCase()
  return (
    essence === '' ||
    essence === 'application/json' ||
    essence === 'text/json' ||
    /^[\w.!#$&^-]+\/[\w.!#$&^+-]+\+json$/.test(essence)
  )
}

/** Undefined for an encoding that is not taken. */
export function encodingOf(headers: IncomingHttpHeaders): ContentEncoding | undefined {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase()
  switch (encoding) {
    case '':
    case 'identity':
      return 'identity'
    case 'gzip':
    case 'x-gzip':
      return 'gzip'
    case 'deflate':
      return 'deflate'
    default:
      return undefined
  }
}
