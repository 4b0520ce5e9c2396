import { Readable } from 'node:stream'
import { context, trace } from '@opentelemetry/api'
import { conversationKey } from '@imchannel/events'
import type { MediaRef, SendMessage } from '@imchannel/events'
import { fetchMedia, MAX_BYTES, MediaFetchError, refusalAs, routeOfKind } from '@imchannel/media-store'
import type {
  FetchedFromUrl,
  FetchMediaOptions,
  MediaExpectation,
  MediaRefusal,
  MediaStore,
} from '@imchannel/media-store'
import { inClientSpan, traceparentOf } from '@imchannel/telemetry'
import { listMedia } from '../domain/requests/index.ts'
import type { FoundMedia, MediaUse } from '../domain/requests/index.ts'
import { commandError } from '../errors.ts'
import type { CommandError, CommandErrorCode } from '../errors.ts'

/** `later`: nothing is wrong with the command; the same may work in a while. */
export type Prepared =
  | { kind: 'ready'; media: ReadonlyMap<MediaRef, FoundMedia> }
  | { kind: 'refused'; error: CommandError }
  | { kind: 'later'; reason: string }

/** Puts a message's media where Infobip can fetch them, before any request names them. */
export type PrepareMedia = (command: SendMessage, signal: AbortSignal) => Promise<Prepared>

export interface MediaPreparationOptions {
  store: MediaStore
  publicUrl(): string
  /** Life of what is stored here, ms. */
  ttlMs(): number
  /** Networks that `media.url` may and may not point at, beside the built-in ones. */
  fetchPolicy(): { allow: readonly string[]; deny: readonly string[] }
  /** Takes http URLs too: for a system on one machine. */
  allowHttp(): boolean
  now?: () => number
}

/** A name that is being moved, a server that starts anew: beyond it nobody has the host, and the conversation is not held up. */
const ABSENT_MS = 5 * 60_000

/** A document of 100 MB in 60 s is 14 Mbit/s. */
const FETCH_MS = 60_000

type FetchFailure = Pick<Extract<FetchedFromUrl, { ok: false }>, 'reason' | 'detail'>

type Placed = { kind: 'found'; media: FoundMedia } | Exclude<Prepared, { kind: 'ready' }>

export function createMediaPreparation(options: MediaPreparationOptions): PrepareMedia {
  const { store, now = Date.now } = options
  /** Since when nothing was to be found where a command's media should be. */
  const absentSince = new WeakMap<SendMessage, number>()

  async function place(command: SendMessage, use: MediaUse, signal: AbortSignal): Promise<Placed> {
    const { ref } = use
    if ('id' in ref) return adopt(command, use, ref.id)
    if ('base64' in ref) {
      const bytes = Buffer.from(ref.base64, 'base64')
      return put(command, use, { body: Readable.from([bytes]), contentType: ref.contentType, size: bytes.length })
    }
    const fetched = await fetchTraced(ref.url, {
      ...options.fetchPolicy(),
      maxBytes: MAX_BYTES[use.kind],
      timeoutMs: FETCH_MS,
      allowHttp: options.allowHttp(),
      signal,
    })
    if (!fetched.ok) return fetchFailed(command, use, fetched)
    const { body, contentType, filename } = fetched
    return put(command, use, {
      body,
      // What a foreign server calls its bytes proves nothing: where they say something else, they are believed.
      trustBytes: true,
      ...(contentType === undefined ? {} : { contentType }),
      ...(filename === undefined ? {} : { filename }),
    })
  }

  async function put(
    command: SendMessage,
    use: MediaUse,
    source: Pick<MediaExpectation, 'contentType' | 'trustBytes' | 'size' | 'filename'> & {
      body: AsyncIterable<Uint8Array>
    },
  ): Promise<Placed> {
    try {
      const outcome = await store.put(source.body, {
        tenant: command.tenant,
        kind: use.kind,
        contentType: source.contentType,
        trustBytes: source.trustBytes,
        size: source.size,
        filename: use.filename ?? source.filename,
        ttlMs: options.ttlMs(),
      })
      if (!outcome.ok) return putRefused(use, outcome.refusal)
      return await adopt(command, use, outcome.media.id)
    } catch (error) {
      if (error instanceof MediaFetchError)
        return fetchFailed(command, use, { reason: error.reason, detail: error.message })
      throw error
    }
  }

  function fetchFailed(command: SendMessage, use: MediaUse, { reason, detail }: FetchFailure): Placed {
    switch (reason) {
      case 'absent': {
        const since = absentSince.get(command) ?? now()
        absentSince.set(command, since)
        if (now() - since < ABSENT_MS) return { kind: 'later', reason: detail }
        return refused('media_unavailable', use, `nothing is there, for ${ABSENT_MS / 60_000} minutes now: ${detail}`)
      }
      case 'unreachable':
        return { kind: 'later', reason: detail }
      case 'too-large':
        return refused('media_too_large', use, detail)
      case 'refused':
        return refused('media_unavailable', use, detail)
      case 'forbidden-url':
      case 'too-many-redirects':
        return refused('media_forbidden_url', use, detail)
    }
  }

  /** Notes the command with the media, which keeps it until 48 h after the send. */
  async function adopt(command: SendMessage, use: MediaUse, id: string): Promise<Placed> {
    const { tenant, from, to } = command
    const media = await store.useFor(
      { tenant, id },
      {
        commandId: command.id,
        sendAt: command.sendAt === undefined ? undefined : Date.parse(command.sendAt),
        traceparent: traceparentOf(context.active()),
        conversation: conversationKey({ tenant, business: from, customer: to }),
      },
    )
    if (media === undefined) return refused('media_not_found', use, `no media ${id}: upload it again`)
    const refusal = refusalAs(use.kind, media)
    if (refusal !== undefined) return putRefused(use, refusal)
    const url = `${options.publicUrl()}/${tenant}/imchannel/${routeOfKind(use.kind)}/${id}`
    trace.getActiveSpan()?.addEvent('media placed', { 'imchannel.media.id': id })
    const filename = use.filename ?? media.filename
    return { kind: 'found', media: filename === undefined ? { url } : { url, filename } }
  }

  return async (command, signal) => {
    const media = new Map<MediaRef, FoundMedia>()
    for (const use of listMedia(command.content)) {
      const placed = await place(command, use, signal)
      if (placed.kind !== 'found') return placed
      media.set(use.ref, placed.media)
    }
    return { kind: 'ready', media }
  }
}

/** One span for the fetch with its redirects; no trace header goes to a foreign host. */
function fetchTraced(url: string, options: FetchMediaOptions): Promise<FetchedFromUrl> {
  return inClientSpan(
    { method: 'GET', url, template: '{media url}', isAnyHost: true },
    () => fetchMedia(url, options),
    (fetched) => (fetched.ok ? {} : { error: fetched.reason }),
  )
}

function refused(code: CommandErrorCode, use: MediaUse, detail: string): Placed {
  return { kind: 'refused', error: commandError(code, `${use.path}: ${detail}`) }
}

const REFUSALS = {
  empty: 'media_empty',
  'too-large': 'media_too_large',
  'type-mismatch': 'media_type_mismatch',
  'unsupported-type': 'media_unsupported',
  'bad-sticker': 'media_bad_sticker',
} as const

function putRefused(use: MediaUse, { reason, detail }: MediaRefusal): Placed {
  // Room comes back when media expire: the command waits rather than fails.
  if (reason === 'over-budget') return { kind: 'later', reason: detail }
  return refused(REFUSALS[reason], use, detail)
}
