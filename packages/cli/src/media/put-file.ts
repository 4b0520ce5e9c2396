import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { MediaKind, MediaItem } from '@imchannel/media-store'
import { Failure, usage } from '../session/failure.ts'
import type { Session } from '../session/session.ts'

export interface FileToPut {
  /** A path, or `-` for the standard input. */
  readonly file: string
  readonly tenant: string
  readonly kind?: MediaKind | undefined
  readonly contentType?: string | undefined
  readonly filename?: string | undefined
}

/** Puts a file where the media-server serves it from. @throws Failure with the reason where it is refused */
export async function putFile(
  session: Session,
  { file, tenant, kind, contentType, filename }: FileToPut,
): Promise<MediaItem & { expiresAt: number }> {
  const isInput = file === '-'
  const stat = isInput ? undefined : statSync(file, { throwIfNoEntry: false })
  if (!isInput && !stat?.isFile()) throw usage(`${file} is no file, no http(s) URL and no id of a media item`)
  const outcome = await session.mediaStore().put(isInput ? session.io.stdin : createReadStream(file), {
    tenant,
    kind,
    contentType,
    size: stat?.size,
    filename: filename ?? (isInput ? undefined : basename(file)),
    ttlMs: session.config().mediaTtlMs,
  })
  if (!outcome.ok) throw new Failure(`${isInput ? 'The input' : file} was not taken: ${outcome.refusal.detail}`)
  return { ...outcome.media, expiresAt: outcome.expiresAt }
}
