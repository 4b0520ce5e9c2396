import type { Request, Response } from 'express'
import { sendProblem } from '@imchannel/http'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { MediaStore } from '@imchannel/media-store'
import { problem } from '../errors.ts'
import type { Instruments } from '../instruments.ts'

export interface RemoveMediumOptions {
  readonly store: MediaStore
  readonly log: Logger
  readonly instruments: Instruments
}

/** `DELETE /{tenant}/imchannel/media/{id}`, once the sender is known. */
export function removeMedium(options: RemoveMediumOptions): (request: Request, response: Response) => Promise<void> {
  const { store, log, instruments } = options
  return async (request, response) => {
    const { tenant = '', id = '' } = request.params as Record<string, string> // both are in the path's pattern
    try {
      if (!(await store.remove({ tenant, id }))) return sendProblem(response, problem('not_found'))
    } catch (error) {
      instruments.redisErrors.add(1)
      log.error({ fn: 'onRemoveMedia', tenant }, 'Redis did not answer', error)
      return sendProblem(response, problem('redis_unavailable', { retryAfterS: 5 }))
    }
    log.info({ fn: 'onRemoveMedia', tenant }, line`Removed [${raw(id)}]`)
    instruments.removals.add(1)
    response.status(204).end()
  }
}
