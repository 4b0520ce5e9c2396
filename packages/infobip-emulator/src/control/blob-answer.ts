import type { Response } from 'express'
import { bareType } from '../delivery/media-rules.ts'
import type { World } from '../world.ts'

/** What a browser may show in the page; everything else is a download, above all HTML and SVG. */
const SHOWN: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'audio/aac',
  'audio/amr',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/webm',
  'video/mp4',
  'video/3gpp',
  'application/pdf',
]

/** The bytes of a media item for the page. */
export function sendBlob(world: World, id: string, response: Response): void {
  const blob = world.store.get('blob', id)
  const bytes = world.blobs.read(id)
  if (blob === undefined || bytes === undefined) {
    response.status(404).json({ error: 'no such media' })
    return
  }
  const shown = SHOWN.includes(bareType(blob.contentType))
  const name = encodeURIComponent(blob.filename ?? id)
  response.writeHead(200, {
    'content-type': shown ? blob.contentType : 'application/octet-stream',
    'content-length': bytes.length,
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=31536000, immutable',
  })
  response.end(bytes)
}
