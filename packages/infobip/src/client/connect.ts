import { connect as connectTcp, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { ExchangeFailure } from './exchange.ts'

export interface Target {
  protocol: string
  hostname: string
  /** Empty for the protocol's own. */
  port: string
}

/** A connection that bytes may leave by: over TLS the server's certificate is verified. */
export interface Connected {
  socket: Socket
  /** The TCP connection that carries it, the same where there is no TLS: that alone can be reset. */
  carrier: Socket
}

/** The last TLS session of an origin, resumed by its next connection. */
export interface TlsSessions {
  last: Buffer | undefined
}

type Done = (error: Error | null, connected?: Connected) => void

/** Connects; lookup, TCP and TLS may take `phaseMs` each. Calls back once. */
export function connect(
  target: Target,
  { phaseMs, sessions }: { phaseMs: number; sessions: TlsSessions },
  done: Done,
): void {
  const secure = target.protocol === 'https:'
  const port = target.port === '' ? (secure ? 443 : 80) : Number(target.port)
  const carrier = connectTcp({ host: target.hostname, port, noDelay: true, keepAlive: true })
  let socket: Socket = carrier
  let settled = false
  let timer = limit('lookup')

  function limit(phase: string): NodeJS.Timeout {
    return setTimeout(() => fail(new ExchangeFailure('ETIMEDOUT', `no ${phase} within ${phaseMs} ms`)), phaseMs)
  }
  function next(phase: string): void {
    clearTimeout(timer)
    timer = limit(phase)
  }
  function fail(error: Error): void {
    if (settled) return
    settled = true
    clearTimeout(timer)
    socket.destroy()
    carrier.destroy()
    done(error)
  }
  function succeed(): void {
    if (settled) return
    // undici would take one that is closed already for a reason to connect again, without an end.
    if (socket.destroyed) return fail(new ExchangeFailure('ECONNRESET', 'closed as soon as it was connected'))
    settled = true
    clearTimeout(timer)
    done(null, { socket, carrier })
  }
  function watch(one: Socket): void {
    one.on('error', fail)
    one.on('close', () => fail(new ExchangeFailure('ECONNRESET', 'closed before it was connected')))
  }

  watch(carrier)
  carrier.once('lookup', (error: Error | null) => {
    if (error === null) next('connection')
  })
  carrier.once('connect', () => {
    if (!secure) return succeed()
    next('TLS handshake')
    const secured = secureOver(carrier, target.hostname, sessions)
    socket = secured
    watch(secured)
    secured.once('secureConnect', succeed)
  })
}

function secureOver(carrier: Socket, host: string, sessions: TlsSessions): TLSSocket {
  const secured = connectTls({
    socket: carrier,
    host,
    // A name alone may be asked for; an address is checked against the certificate all the same.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(sessions.last === undefined ? {} : { session: sessions.last }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED does not send keys to whoever answers.
    rejectUnauthorized: true,
  })
  secured.on('session', (session) => {
    sessions.last = session
  })
  return secured
}
