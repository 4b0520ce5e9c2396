import type { MediaItem } from '@imchannel/media-store'

/** Types that a browser would run in our name if it showed them: they are only ever offered for saving. */
const ACTIVE =
  /^(text\/html|application\/xhtml|image\/svg|application\/(xml|rss|atom|mathml)|text\/(xml|xsl|javascript|ecmascript|x-component)|application\/(x-)?(java|ecma)script|application\/wasm|message\/|multipart\/)|\+xml$/

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'application/zip': 'zip',
}

/** `inline; filename*=UTF-8''…` (RFC 6266, RFC 8187); `attachment` for what must not be shown. */
export function contentDisposition({
  contentType,
  filename,
  kind,
}: Pick<MediaItem, 'contentType' | 'filename' | 'kind'>): string {
  const essence = contentType.split(';', 1)[0] ?? ''
  const name = filename ?? `${kind}.${EXTENSIONS[essence] ?? 'bin'}`
  return `${ACTIVE.test(essence) ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeExtended(name)}`
}

/** `encodeURIComponent` leaves `'()*!`, of which RFC 8187 allows only the last. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
