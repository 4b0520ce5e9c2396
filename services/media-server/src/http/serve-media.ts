import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { context } from '@opentelemetry/api'
import { sendProblem } from '@imchannel/http'
import type { Problem } from '@imchannel/http'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { mediaKey, MEDIA_KINDS, routeOfKind } from '@imchannel/media-store'
import type { FetchedMedia, MediaRef, MediaStore } from '@imchannel/media-store'
import { beginServerRequest, contextFrom } from '@imchannel/telemetry'
import type { ServerRequest } from '@imchannel/telemetry'
import type { FetchEvents } from '../adapters/fetch-events.ts'
import { problem } from '../errors.ts'
import type { Instruments } from '../instruments.ts'
import type { RecordAbuse } from './record-abuse.ts'
import { sendMedia, type SentMedia } from './send-media.ts'

export interface ServeMediaOptions {
  readonly store: MediaStore
  readonly log: Logger
  readonly events: FetchEvents
  readonly instruments: Instruments
  readonly misses: RecordAbuse
  /** `traceparent` of a request, where it may be trusted. */
  readonly trustedTrace: (request: IncomingMessage) => string | undefined
}

/** Last parts of the paths under which media are served: `getImageMessage` and its synonyms. */
export const MEDIA_ROUTES: readonly string[] = MEDIA_KINDS.map(routeOfKind)

/** What is longer than any id that we give out is not worth a line of its own length. */
const MAX_LOGGED_ID = 64

/** The longest that a tenant's name may be: what stands in a path may be as long as a header. */
export const MAX_TENANT = 63

/** Answers a GET or HEAD of the media under one of {@link MEDIA_ROUTES}. */
export type ServeMedia = (
  request: IncomingMessage,
  response: ServerResponse,
  path: { readonly route: string } & MediaRef,
) => Promise<void>

/** `GET|HEAD /{tenant}/imchannel/get{Kind}Message/{id}`. The lines are the legacy system's, to the letter. */
export function serveMedia(options: ServeMediaOptions): ServeMedia {
  const { store, log, events, instruments, misses, trustedTrace } = options

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: { route: string } & MediaRef,
  ): Promise<void> {
    const { route, id } = path
    const tenant = path.tenant.slice(0, MAX_TENANT)
    const method = request.method === 'HEAD' ? 'HEAD' : 'GET'
    const fn = `on${route.charAt(0).toUpperCase()}${route.slice(1)}`
    const startedAt = performance.now()
    const served = beginServerRequest({ method, route: `/{tenant}/imchannel/${route}/{id}` })
    const looked = await look(path, method)
    const media = looked.found?.media
    const refused = media === undefined && looked.error === undefined ? miss(request) : undefined
    const within = served.open({
      parent: contextFrom(media?.traceparent ?? trustedTrace(request)),
      attributes: {
        'imchannel.tenant': tenant,
        ...(media && { 'imchannel.kind': media.kind, 'imchannel.media.id': id }),
      },
    })
    await context.with(within, async () => {
      // Whoever guesses ids is not to fill the log, too.
      if (refused?.code === 'too_many_misses') return refuse(response, refused, served)
      // Only now, as the trace that the lines belong to is kept with the media.
      const shown = raw(id.slice(0, MAX_LOGGED_ID))
      log.info({ fn, tenant }, line`Request received for ID [${shown}]`)
      log.info({ fn, tenant }, line`[REDIS] Get message with key [${raw(mediaKey(''))}${shown}]`)
      if (looked.error !== undefined) {
        instruments.redisErrors.add(1)
        log.error({ fn, tenant }, 'Redis did not answer', looked.error)
        sendProblem(response, problem('redis_unavailable', { retryAfterS: 5 }))
        return served.end(503, 'redis_unavailable')
      }
      if (looked.found === undefined) return refuse(response, refused ?? problem('not_found'), served)
      const sent = await sendFound(request, response, { found: looked.found, method, fn })
      events.publish(looked.found.media, {
        fetchId: randomUUID(),
        method,
        status: sent.status,
        bytes: sent.bytes,
        durationMs: performance.now() - startedAt,
        userAgent: request.headers['user-agent'],
      })
      served.end(sent.status, sent.error === undefined ? undefined : 'cut_off')
    })
  }

  async function look(ref: MediaRef, method: 'HEAD' | 'GET'): Promise<{ found?: FetchedMedia; error?: unknown }> {
    try {
      const found = await store.fetch(ref, method)
      return found === undefined ? {} : { found }
    } catch (error) {
      return { error }
    }
  }

  async function sendFound(
    request: IncomingMessage,
    response: ServerResponse,
    { found, method, fn }: { found: FetchedMedia; method: 'HEAD' | 'GET'; fn: string },
  ): Promise<SentMedia> {
    const { tenant, id, kind } = found.media
    const sent = await sendMedia(request, response, { found, store })
    if (sent.error !== undefined) log.error({ fn, tenant }, 'Redis failed while the media was sent', sent.error)
    if (sent.expireReply !== undefined) {
      log.info({ fn, tenant }, line`Set expire for key [${raw(mediaKey(id))}] ${raw(sent.expireReply)}`)
    }
    instruments.fetches.add(1, { method, kind, status: sent.status })
    instruments.sentBytes.add(sent.bytes, { kind })
    return sent
  }

  function miss(request: IncomingMessage): Problem {
    const allowed = misses(request)
    instruments.misses.add(1, { reason: allowed.ok ? 'not_found' : 'too_many_misses' })
    return allowed.ok ? problem('not_found') : problem('too_many_misses', { retryAfterS: allowed.retryAfterS })
  }

  return serve
}

function refuse(response: ServerResponse, answer: Problem, served: ServerRequest): void {
  sendProblem(response, answer)
  served.end(answer.status)
}
