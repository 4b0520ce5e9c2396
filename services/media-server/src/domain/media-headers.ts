import type { MediaItem } from '@imchannel/media-store'
import { contentDisposition } from './content-disposition.ts'

/** Header names and values, in turn: what `writeHead` takes fastest. */
export type RawHeaders = readonly (string | number)[]

export function etagOf({ sha256 }: Pick<MediaItem, 'sha256'>): string {
  return `"${sha256}"`
}

/** The headers that HEAD, GET, 206 and 304 have in common; the same for a HEAD and its GET. */
export function mediaHeaders(media: MediaItem): RawHeaders {
  return [
    'ETag',
    etagOf(media),
    'Content-Disposition',
    contentDisposition(media),
    'X-Content-Type-Options',
    'nosniff',
    'Accept-Ranges',
    'bytes',
    // Not to be shown by anybody else's cache, and asked for again: the media may have been removed.
    'Cache-Control',
    'private, no-cache',
    'Content-Security-Policy',
    "default-src 'none'; sandbox",
  ]
}
