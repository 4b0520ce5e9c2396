import { context } from '@opentelemetry/api'
import type { Request, Response } from 'express'
import type { Config, Tenant } from '@imchannel/config'
import { sendProblem } from '@imchannel/http'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { readInboundToken } from '@imchannel/media-store'
import type { InboundMediaClaim, MediaStore } from '@imchannel/media-store'
import { beginServerRequest } from '@imchannel/telemetry'
import type { InboundMedia } from '../adapters/inbound-media.ts'
import { problem } from '../errors.ts'
import type { MediaServerErrorCode } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import { hasMediaToken } from './media-token.ts'
import type { RecordAbuse } from './record-abuse.ts'
import { sendMedia } from './send-media.ts'
import { MAX_TENANT } from './serve-media.ts'

export interface ServeInboundOptions {
  readonly inbound: InboundMedia
  readonly store: MediaStore
  readonly config: () => Config
  readonly log: Logger
  readonly instruments: Instruments
  readonly misses: RecordAbuse
}

type Access =
  | { readonly ok: true; readonly claim: InboundMediaClaim; readonly tenant: Tenant }
  | { readonly ok: false; readonly code: MediaServerErrorCode }

const fn = 'onGetInboundMedia'

/** `GET|HEAD /{tenant}/imchannel/inboundMedia/{token}`: a customer's media, fetched from Infobip at the first read. */
export function serveInbound(options: ServeInboundOptions): (request: Request, response: Response) => Promise<void> {
  const { inbound, store, config, log, instruments, misses } = options

  function accessOf(request: Request): Access {
    const { tenant: name = '', token = '' } = request.params as Record<string, string> // both are in the path's pattern
    const tenant = config().tenants[name]
    if (tenant === undefined) return { ok: false, code: 'not_found' }
    const secrets = tenant.mediaSecrets.map((secret) => secret.reveal())
    const reading = readInboundToken(name, token, { secrets, nowMs: Date.now() })
    if (reading.outcome === 'unreadable') return { ok: false, code: 'not_found' }
    if (reading.outcome === 'valid' || hasMediaToken(request, tenant)) return { ok: true, claim: reading.claim, tenant }
    return { ok: false, code: reading.outcome === 'expired' ? 'gone' : 'unauthorized' }
  }

  async function serve(request: Request, response: Response): Promise<{ status: number; outcome: string }> {
    const access = accessOf(request)
    if (!access.ok) {
      const allowed = misses(request)
      const answer = allowed.ok
        ? problem(access.code, access.code === 'unauthorized' ? { headers: { 'WWW-Authenticate': 'Bearer' } } : {})
        : problem('too_many_misses', { retryAfterS: allowed.retryAfterS })
      sendProblem(response, answer)
      return { status: answer.status, outcome: answer.code }
    }
    const { claim, tenant } = access
    const kept = await inbound.keep(tenant, claim)
    if (!kept.ok) return refuse(response, kept.code, kept.detail)
    const found = await store.fetch(kept.ref, request.method === 'HEAD' ? 'HEAD' : 'GET')
    // It expired between the two: rare, and another try finds it anew.
    if (found === undefined) return refuse(response, 'busy', 'it has just expired; try again')
    log.info({ fn, tenant: tenant.id }, line`Customer's media [${raw(kept.ref.id)}] ${raw(kept.how)}`)
    const sent = await sendMedia(request, response, { found, store })
    if (sent.error !== undefined)
      log.error({ fn, tenant: tenant.id }, 'Redis failed while the media was sent', sent.error)
    instruments.sentBytes.add(sent.bytes, { kind: 'inbound' })
    return { status: sent.status, outcome: kept.how }
  }

  return async (request, response) => {
    const { tenant: name = '' } = request.params as Record<string, string> // it is in the path's pattern
    const tenant = name.slice(0, MAX_TENANT)
    const served = beginServerRequest({ method: request.method, route: '/{tenant}/imchannel/inboundMedia/{token}' })
    const within = served.open({ attributes: { 'imchannel.tenant': tenant } })
    const { status, outcome } = await context
      .with(within, () => serve(request, response))
      .catch((error: unknown) => {
        instruments.redisErrors.add(1)
        log.error({ fn, tenant }, 'Redis did not answer', error)
        return refuse(response, 'redis_unavailable')
      })
    instruments.inbound.add(1, { outcome })
    served.end(status, outcome)
  }
}

function refuse(response: Response, code: MediaServerErrorCode, detail?: string): { status: number; outcome: string } {
  const answer = problem(code, {
    ...(detail !== undefined && { detail }),
    ...((code === 'busy' || code === 'redis_unavailable') && { retryAfterS: 5 }),
  })
  sendProblem(response, answer)
  return { status: answer.status, outcome: code }
}
