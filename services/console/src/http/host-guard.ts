import { isIP } from 'node:net'
import { sendProblem } from '@imchannel/http'
import type { RequestHandler } from 'express'
import { problem } from '../errors.ts'

const LOCAL = /^(localhost|.+\.localhost)$/

/**
 * Keeps web pages out where there is no login: one whose name was bound to this machine is of the same origin as the console, to the
 * browser. Addresses and localhost are no such names, `console.url` is ours.
 */
export function hostGuard(isOpen: () => boolean, url: () => string | undefined): RequestHandler {
  return (request, response, next) => {
    if (!isOpen()) return next()
    const asked = (request.headers.host ?? '').toLowerCase()
    const name = asked.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
    const own = url()
    if (isIP(name) !== 0 || LOCAL.test(name) || (own !== undefined && new URL(own).host === asked)) return next()
    sendProblem(response, problem('unknown_host', { detail: 'set console.url to the name under which it is reached' }))
  }
}
