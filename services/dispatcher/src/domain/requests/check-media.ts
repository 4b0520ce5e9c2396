import { maxInlineMediaBytes } from '@imchannel/events'
import type { CommandContent } from '@imchannel/events'
import { listMedia } from './media-uses.ts'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

const maxUrlLength = 2048

/**
 * Media that are given by URL must be ones that Infobip can fetch, and those in the command itself small: Kafka is no
 * place for files. Those in the media-server are looked up by the caller.
 */
export function checkMedia(content: CommandContent): RequestRefusal | undefined {
  for (const { ref, path } of listMedia(content)) {
    if ('url' in ref && !isFetchable(ref.url)) {
      return refusal(
        'invalid_media_url',
        `${path}.url`,
        'is no http(s) URL of at most 2048 characters without credentials',
      )
    }
    if ('base64' in ref && Buffer.byteLength(ref.base64, 'base64') > maxInlineMediaBytes) {
      return refusal('inline_media_too_large', `${path}.base64`, `holds more than ${maxInlineMediaBytes} bytes`)
    }
  }
  return undefined
}

export function isFetchable(text: string): boolean {
  if (text.length > maxUrlLength) return false
  // As Infobip says: a URL that *starts with* http:// or https://; URL.parse alone would take blanks around it.
  if (!/^https?:\/\/[^\s\\]+$/u.test(text)) return false
  const url = URL.parse(text)
  return url !== null && url.username === '' && url.password === ''
}
