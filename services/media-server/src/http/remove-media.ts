import { context } from '@opentelemetry/api'
import type { Request, Response } from 'express'
import { sendProblem } from '@imchannel/http'
import type { Problem } from '@imchannel/http'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { MediaStore } from '@imchannel/media-store'
import { beginServerRequest } from '@imchannel/telemetry'
import { problem } from '../errors.ts'
import type { Instruments } from '../instruments.ts'

export interface RemoveMediaOptions {
  readonly store: MediaStore
  readonly log: Logger
  readonly instruments: Instruments
}

/** `DELETE /{tenant}/imchannel/media/{id}`, once the sender is known. */
export function removeMedia(options: RemoveMediaOptions): (request: Request, response: Response) => Promise<void> {
  const { store, log, instruments } = options
  const fn = 'onRemoveMedia'

  async function remove(tenant: string, id: string): Promise<Problem | undefined> {
    try {
      if (!(await store.remove({ tenant, id }))) return problem('not_found')
    } catch (error) {
      instruments.redisErrors.add(1)
      log.error({ fn, tenant }, 'Redis did not answer', error)
      return problem('redis_unavailable', { retryAfterS: 5 })
    }
    log.info({ fn, tenant }, line`Removed [${raw(id)}]`)
    instruments.removals.add(1)
    return undefined
  }

  return async (request, response) => {
    const { tenant = '', id = '' } = request.params as Record<string, string> // both are in the path's pattern
    const served = beginServerRequest({ method: 'DELETE', route: '/{tenant}/imchannel/media/{id}' })
    const within = served.open({ attributes: { 'imchannel.tenant': tenant } })
    const refused = await context.with(within, () => remove(tenant, id))
    if (refused === undefined) response.status(204).end()
    else sendProblem(response, refused)
    served.end(refused?.status ?? 204, refused?.code)
  }
}
