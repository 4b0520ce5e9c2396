import type { RequestHandler } from 'express'
import type { Settings } from './settings.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Keeps web pages out: one whose name was bound to this machine is of the same origin as the emulator, to the browser. What listens on
 * loopback is asked for by a name of loopback or by that of `publicUrl`, and a request that a page makes comes from a page of its own.
 */
export function hostGuard({ host, publicUrl }: Settings): RequestHandler {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host
  const isLocal = LOOPBACK.test(host) || host === '::1'
  return (request, response, next) => {
    const { origin } = request.headers
    const asked = (request.headers.host ?? '').toLowerCase()
    const page = origin === undefined ? asked : URL.parse(origin)?.host
    const isNamed = !isLocal || asked === publicHost || LOOPBACK.test(nameOf(asked))
    const isOwnPage = page !== undefined && (page === asked || page === publicHost)
    if (isNamed && isOwnPage) return next()
    const problem = isNamed ? 'this page is not the emulator’s' : 'this is no name of the emulator: set publicUrl'
    response.status(403).json({ error: problem })
  }
}

/** Without the port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '')
}
