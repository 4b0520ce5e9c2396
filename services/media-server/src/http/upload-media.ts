import { context } from '@opentelemetry/api'
import type { Request, Response } from 'express'
import type { Config } from '@imchannel/config'
import { sendProblem } from '@imchannel/http'
import type { Problem } from '@imchannel/http'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { isMediaKind, mediaUrl } from '@imchannel/media-store'
import type { MediaRefusal, MediaStore, PutOutcome } from '@imchannel/media-store'
import { beginServerRequest } from '@imchannel/telemetry'
import { problem } from '../errors.ts'
import type { MediaServerErrorCode } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { readUpload, UploadCutError } from './read-upload.ts'

export interface UploadMediaOptions {
  readonly store: MediaStore
  readonly config: () => Config
  readonly log: Logger
  readonly instruments: Instruments
}

const CODES: Readonly<Record<MediaRefusal['reason'], MediaServerErrorCode>> = {
  empty: 'empty',
  'too-large': 'too_large',
  'type-mismatch': 'type_mismatch',
  'unsupported-type': 'unsupported_type',
  'bad-sticker': 'bad_sticker',
  'over-budget': 'over_budget',
}

/** `POST /{tenant}/imchannel/media`, once the sender is known: the raw bytes, streamed into Redis. */
export function uploadMedia(options: UploadMediaOptions): (request: Request, response: Response) => Promise<void> {
  const { store, config, log, instruments } = options
  const fn = 'onUploadMedia'

  async function take(request: Request, tenant: string): Promise<PutOutcome | Problem> {
    const { kind, filename } = request.query
    if (kind !== undefined && !(typeof kind === 'string' && isMediaKind(kind))) return problem('bad_kind')
    const encoding = request.headers['content-encoding']
    if (encoding !== undefined && encoding !== 'identity') return problem('encoded')
    const length = request.headers['content-length']
    return store.put(readUpload(request), {
      tenant,
      kind,
      contentType: request.headers['content-type'],
      filename: typeof filename === 'string' ? filename : undefined,
      size: length === undefined ? undefined : Number(length),
      ttlMs: config().mediaTtlMs,
    })
  }

  function answer(response: Response, outcome: PutOutcome): Problem | undefined {
    if (!outcome.ok) return problem(CODES[outcome.refusal.reason], { detail: outcome.refusal.detail })
    const { media, expiresAt } = outcome
    const { id, kind, contentType, size, sha256, filename = null } = media
    const url = mediaUrl(config().publicUrl, media)
    log.info({ fn, tenant: media.tenant }, line`Stored ${raw(kind)} [${raw(id)}] of ${raw(size)} bytes`)
    instruments.uploadedBytes.add(size, { kind })
    const body = { id, url, contentType, size, sha256, filename, expiresAt: new Date(expiresAt).toISOString() }
    response.status(201).location(url).json(body)
    return undefined
  }

  async function upload(request: Request, response: Response, tenant: string): Promise<Problem | undefined> {
    try {
      const outcome = await take(request, tenant)
      return 'ok' in outcome ? answer(response, outcome) : outcome
    } catch (error) {
      if (error instanceof UploadCutError) {
        log.info({ fn, tenant }, line`Upload given up: ${error.message}`)
        return problem('incomplete')
      }
      instruments.redisErrors.add(1)
      log.error({ fn, tenant }, 'Redis did not take the media', error)
      return problem('redis_unavailable', { retryAfterS: 5 })
    }
  }

  return async (request, response) => {
    const { tenant = '' } = request.params as Record<string, string> // it is in the path's pattern
    const served = beginServerRequest({ method: 'POST', route: '/{tenant}/imchannel/media' })
    const within = served.open({ attributes: { 'imchannel.tenant': tenant } })
    const refused = await context.with(within, () => upload(request, response, tenant))
    instruments.uploads.add(1, { outcome: refused?.code ?? 'stored' })
    served.end(refused?.status ?? 201, refused?.code)
    if (refused === undefined) return
    sendProblem(response, refused)
  }
}
