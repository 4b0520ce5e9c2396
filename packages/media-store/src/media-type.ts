import { fileTypeFromBuffer } from 'file-type'

/** Names for one and the same type that senders use; the first part is what we are told, the second what WhatsApp calls it. */
const SYNONYMS: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-aac': 'audio/aac',
  'audio/aacp': 'audio/aac',
  'audio/x-hx-aac-adts': 'audio/aac',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/3gpp': 'audio/mp4',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'video/x-m4v': 'video/mp4',
  'application/x-pdf': 'application/pdf',
  'application/x-zip-compressed': 'application/zip',
  'text/xml': 'application/xml',
}

/** Containers whose bytes alone do not say which of these types is in them, or say it only beyond the first chunk. */
const CONTAINERS: Readonly<Record<string, RegExp>> = {
  'application/zip':
    /^application\/(vnd\.openxmlformats-officedocument\..+|vnd\.oasis\.opendocument\..+|vnd\.ms-.+|epub\+zip|java-archive|vnd\.android\.package-archive|.+\+zip)$/,
  'application/x-cfb': /^application\/(msword|vnd\.ms-.+|vnd\.visio|x-msi|vnd\.openxmlformats-officedocument\..+)$/,
  'application/xml': /^(application\/.+\+xml|application\/xhtml\+xml|image\/svg\+xml|text\/html)$/,
  'video/mp4': /^audio\/mp4$/,
  'audio/mp4': /^video\/mp4$/,
  'video/3gpp': /^(audio\/mp4|audio\/amr|video\/mp4)$/,
  'video/3gpp2': /^video\/3gpp$/,
  // Sound alone in a container for both: what a browser's recorder makes.
  'video/webm': /^audio\/webm$/,
  'video/matroska': /^(audio|video)\/x-matroska$/,
  'video/ogg': /^audio\/ogg$/,
  'audio/ogg': /^video\/ogg$/,
  'audio/x-ms-asf': /^audio\/x-ms-wma$/,
  'video/x-ms-asf': /^(audio\/x-ms-wma|video\/x-ms-wmv)$/,
  'application/vnd.ms-asf': /^(audio\/x-ms-wma|video\/x-ms-wmv)$/,
  // Windows calls it by the program that opens it.
  'application/rtf': /^(text\/rtf|application\/msword)$/,
}

/** Names that say that the sender does not know, or does not want the bytes to be shown. */
const CLAIMS_NOTHING =
  /^(|.*\*|(application|binary)\/(x-)?(octet-?stream|binary|unknown|(force-)?download)|unknown\/unknown)$/

/** Readers take the header of a PDF anywhere in so many bytes, and generators put line breaks first. */
const PDF_HEADER_WITHIN = 1_024

/** Families whose every member that WhatsApp or a browser knows begins with bytes of its own: without them it is another type. */
const WITH_SIGNATURE =
  /^(image\/(?!svg)|audio\/|video\/|application\/(pdf|zip|x-cfb|msword|vnd\.ms-|vnd\.openxmlformats-|vnd\.oasis\.|gzip))/

/** What a media item turned out to be. */
export type TypeVerdict =
  | { readonly ok: true; readonly contentType: string }
  | { readonly ok: false; readonly detected: string; readonly declared: string }

/** `Image/JPG; q=1` → `image/jpeg`: lower case, without parameters, by the name that WhatsApp uses. */
export function essenceOf(contentType: string): string {
  const bare = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
  return SYNONYMS[bare] ?? bare
}

/**
 * Tells the type of a media item from its first bytes (at most 256 KiB are looked at) and holds it against what was
 * declared. Nothing, `application/octet-stream` and its kin, and `image/*` declare nothing.
 */
export async function judgeType(head: Uint8Array, declared: string | undefined): Promise<TypeVerdict> {
  const claim = declared === undefined ? '' : essenceOf(declared)
  const claimsNothing = CLAIMS_NOTHING.test(claim)
  const detected = (await detectType(head)) ?? (claimsNothing || claim === PDF ? detectLatePdf(head) : undefined)
  if (detected === undefined) {
    if (!claimsNothing) return judgeClaim(head, claim, declared)
    return { ok: true, contentType: isText(head) ? 'text/plain; charset=utf-8' : 'application/octet-stream' }
  }
  const essence = essenceOf(detected)
  if (claimsNothing || claim === essence) return { ok: true, contentType: canonical(detected) }
  if (CONTAINERS[essence]?.test(claim) === true) return { ok: true, contentType: claim }
  return { ok: false, detected: essence, declared: claim }
}

/** Of bytes that no signature tells. */
function judgeClaim(head: Uint8Array, claim: string, declared: string | undefined): TypeVerdict {
  // What every Windows form calls a CSV file.
  if (claim === 'application/vnd.ms-excel' && isText(head)) return { ok: true, contentType: 'text/csv' }
  if (WITH_SIGNATURE.test(claim)) return { ok: false, detected: 'none that is known', declared: claim }
  // Text formats have no signature, so the declaration stands; what cannot be text is not passed off as such.
  if (claim.startsWith('text/') && head.includes(0)) return { ok: false, detected: 'binary data', declared: claim }
  return { ok: true, contentType: withCharset(claim, declared) }
}

const PDF = 'application/pdf'

function detectLatePdf(head: Uint8Array): string | undefined {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, PDF_HEADER_WITHIN))
  return start.includes('%PDF-') ? PDF : undefined
}

async function detectType(head: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(head))?.mime
  } catch {
    // A truncated or broken container: what cannot be told is not known.
    return undefined
  }
}

/** WhatsApp plays Ogg only with Opus and wants to be told so; all else goes by its bare name. */
function canonical(detected: string): string {
  const essence = essenceOf(detected)
  return essence === 'audio/ogg' && /opus/i.test(detected) ? 'audio/ogg; codecs=opus' : essence
}

function withCharset(essence: string, declared: string | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,40})"?/i.exec(declared ?? '')?.[1]
  return charset === undefined ? essence : `${essence}; charset=${charset.toLowerCase()}`
}

function isText(head: Uint8Array): boolean {
  if (head.includes(0)) return false
  try {
    // `stream` forgives a character that the end of the sample cuts in two.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
