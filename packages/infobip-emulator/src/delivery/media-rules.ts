import type { MediaKind } from '../store/entities.ts'

const MB = 1024 * 1024

interface MediaRule {
  types: readonly string[]
  maxBytes: number
}

const OFFICE = 'application/vnd.openxmlformats-officedocument'

/** What WhatsApp takes of each kind: Infobip's documented content types and sizes. */
export const mediaRules: Readonly<Record<MediaKind, MediaRule>> = {
  image: { types: ['image/jpeg', 'image/png'], maxBytes: 5 * MB },
  audio: {
    types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp3', 'audio/mp4', 'audio/ogg', 'audio/opus'],
    maxBytes: 16 * MB,
  },
  video: { types: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MB },
  // Any type at all is a document; these are the ones that Infobip names.
  document: {
    types: [
      'application/pdf',
      'application/msword',
      'application/vnd.ms-powerpoint',
      'application/vnd.ms-excel',
      `${OFFICE}.wordprocessingml.document`,
      `${OFFICE}.presentationml.presentation`,
      `${OFFICE}.spreadsheetml.sheet`,
      'text/plain',
      '*/*',
    ],
    maxBytes: 100 * MB,
  },
  sticker: { types: ['image/webp'], maxBytes: 500 * 1024 },
}

/** The type without its parameters. */
export const bareType = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase()

export function isAllowedType(kind: MediaKind, contentType: string): boolean {
  const { types } = mediaRules[kind]
  return types.includes(bareType(contentType)) || types.includes('*/*')
}

const startsWith = (bytes: Buffer, ...signature: number[]): boolean => signature.every((byte, i) => bytes[i] === byte)
const ascii = (bytes: Buffer, from: number, to: number): string => bytes.toString('latin1', from, to)

/** What the first bytes say the media is; undefined where they say nothing that is known. */
export function sniffType(head: Buffer): string | undefined {
  if (startsWith(head, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp'
  if (ascii(head, 0, 5) === '%PDF-') return 'application/pdf'
  if (ascii(head, 0, 4) === 'OggS') return 'audio/ogg'
  if (ascii(head, 0, 5) === '#!AMR') return 'audio/amr'
  if (ascii(head, 0, 3) === 'ID3') return 'audio/mpeg'
  if (ascii(head, 4, 8) === 'ftyp') return ascii(head, 8, 11) === '3gp' ? 'video/3gpp' : 'video/mp4'
  if (ascii(head, 0, 4) === 'GIF8') return 'image/gif'
  return undefined
}

/** Whether bytes that look like `found` may be sent as `declared`: MP4 is a box for audio too. */
export function agrees(declared: string, found: string): boolean {
  const type = bareType(declared)
  if (type === found || type.startsWith('application/') !== found.startsWith('application/')) return type === found
  if (found === 'video/mp4') return ['video/mp4', 'audio/mp4', 'video/3gpp', 'audio/aac'].includes(type)
  if (found === 'audio/ogg') return type === 'audio/ogg' || type === 'audio/opus'
  if (found === 'audio/mpeg') return type === 'audio/mpeg' || type === 'audio/mp3'
  return false
}
