import type { RunningContender } from './contenders/contender.ts'
import { mediaToken } from './contenders/imchannel.ts'

/** A JPEG by its first bytes, or a PDF where it is larger than an image may be. */
export function mediaOf(bytes: number): { readonly body: Buffer; readonly type: string; readonly path: string } {
  const isImage = bytes <= 5_000_000
  const body = Buffer.alloc(bytes, 1)
  body.write(isImage ? 'ffd8ffe000104a46494600010100000100010000' : Buffer.from('%PDF-1.7\n').toString('hex'), 'hex')
  return isImage
    ? { body, type: 'image/jpeg', path: 'getImageMessage' }
    : { body, type: 'application/pdf', path: 'getDocumentMessage' }
}

/** Puts a media item into a media-server. @returns where it is got */
export async function upload(server: RunningContender, bytes: number): Promise<string> {
  const { origin } = new URL(server.url)
  const { body, type, path } = mediaOf(bytes)
  const response = await fetch(`${origin}/acme/imchannel/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${mediaToken}`, 'content-type': type },
    body,
  })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`the upload of ${bytes} bytes was refused: ${response.status} ${text}`)
  const { id } = JSON.parse(text) as { id: string } // the API's answer to an upload
  return `${origin}/acme/imchannel/${path}/${id}`
}
