import type { IncomingHttpHeaders } from 'node:http'
import type { Charset } from '@imchannel/infobip'

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

const charsets: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  // Browsers read what is declared as ISO-8859-1 as its superset: https://encoding.spec.whatwg.org/
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
}

/** JSON is UTF-8 unless it says otherwise; undefined for a charset that is not taken. */
export function charsetOf(headers: IncomingHttpHeaders): Charset | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i.exec(headers['content-type'] ?? '') ?? []
  const name = (quoted ?? plain ?? 'utf-8').toLowerCase()
  return Object.hasOwn(charsets, name) ? charsets[name] : undefined
}
